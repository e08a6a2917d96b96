// Files of the user, and what the service is told of their types.

const types = {
  jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp", heic: "image/heic", heif: "image/heic",
  avif: "image/avif", tif: "image/tiff", tiff: "image/tiff",
  mp4: "video/mp4", m4v: "video/mp4", mov: "video/quicktime", webm: "video/webm", mkv: "video/x-matroska",
};

/// The media type of a file: browsers know few of them by themselves.
export function typeOf(file) {
  const extension = (file.name ?? "").split(".").pop().toLowerCase();
  return types[extension] ?? (file.type || "application/octet-stream");
}

export const isFilm = (file) => typeOf(file).startsWith("video/");

/// Whether a drag carries files, which the page may take.
export const carriesFiles = (event) => event.dataTransfer?.types.includes("Files") ?? false;

/// A name without folder and extension.
export const stemOf = (name) => name.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
