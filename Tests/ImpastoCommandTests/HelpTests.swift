import Foundation
import TestSupport
import Testing

/// The words of `--help`, as a user sees them at 80 columns.
struct HelpTests {
  @Test func `without arguments the program says what it can do`() throws {
    let outcome = try Program(folder: TemporaryFolder()).run()
    #expect(outcome.exitCode == 0)
    #expect(outcome.output == Self.overview)
    #expect(try Program.help([]) == Self.overview)
  }

  @Test func `help of stylize`() throws {
    #expect(
      try Program.help(["stylize"]) == """
        OVERVIEW: Paint photos in a style or a blend of styles.

        Examples:
          impasto stylize photo.jpg --style great-wave
          impasto stylize photo.jpg --style great-wave:7,hokusai-poppies:3 -o a.jpg
          impasto stylize photos/ --style hokusai-poppies -o stylised/
          impasto stylize photo.jpg --style great-wave --strength 0.6 --keep-colors
          impasto stylize photo.jpg --style great-wave --region face.png=photo
          cat photo.jpg | impasto stylize - --style great-wave -o - > a.png
          impasto stylize --list photos.txt --style great-wave -o stylised/
          mpirun -n 4 impasto stylize photos/ --style great-wave -o stylised/

        Without --output the result of photo.jpg goes beside it, as
        photo-great-wave.png or, for a blend,
        photo-great-wave-70-hokusai-poppies-30.png (photo-blend.png beyond three
        styles); strength, regions, stroke size and colours kept are part of the name.

        A folder of results has a manifest.jsonl with a line for each photo. The same
        command paints only what is missing there: what has changed, has failed or was
        not done.

        USAGE: impasto stylize <photo> ... --style <style> [<options>]

        ARGUMENTS:
          <photo>                 Photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF) and
                                  folders of photos; - for a photo on standard input.

        OPTIONS:
          --list <file>           Paint the photos that this file names, one a line or
                                  separated by NUL; - for standard input.
                The folders of the names are mirrored in that of --output. The file is
                read as far as photos are painted, so that it may name millions.
          -s, --style <style>     Style by name, or several with weights: a:0.7,b:0.3.
                                  Weights are normalised to sum 1.
          -o, --output <path>     File to write, .png, .jpg or .webp; with several
                                  photos the folder for them, made if missing; - for
                                  standard output, as PNG.
          --recursive             Search subfolders too, and mirror them in the results.
          --skip-existing         Keep results that exist, however they were painted.
          --shard <i/n>           Paint every N-th photo only, from the I-th on, so
                                  that N processes share a folder or list.
          --size <pixels>         Scale the photo so that its longer side has this many
                                  pixels.
          --strip                 Do not copy date, place, camera and author from the
                                  photo's file.
          --quality <n>           Quality of a JPEG or WebP result, 1 to 100; 100 makes
                                  WebP lossless. (default: 95)
          --strength <share>      Strength of the style, from 0 (the photo) to 1.
                                  (default: 1.0)
          --region <mask=style>   A style or blend for the white part of a mask; may be
                                  repeated.
                The mask is a picture of any size, stretched to the photo. Its edges
                are softened; where masks overlap, their styles blend.
          --stroke-size <factor>  Size of the strokes, 0.02 to 4 times that in the
                                  painting. (default: 1.0)
          --keep-colors           Keep the colours of the photo, and paint light and
                                  shade only.
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          --memory <size>         Memory that the program may take, such as 500MB or
                                  2GB (default: half of what is free).
                The picture does not depend on it: images that do not fit are computed
                again where they are needed. Scaled photos and strokes take more,
                because such a photo is kept in memory as a whole.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --progress <form>       Progress as text, or as lines of JSON on standard
                                  error for a program that reads them. (values: text,
                                  json; default: text)
                A line of JSON tells what is done of the total, the share of all work,
                the seconds left, and in training the loss or the file of a new contact
                sheet. The command ends with the program that reads them.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of enlarge`() throws {
    #expect(
      try Program.help(["enlarge"]) == """
        OVERVIEW: Make photos two or four times as large, with detail.

        Examples:
          impasto enlarge photo.jpg
          impasto enlarge photo.jpg --scale 2 -o large.png
          impasto enlarge photos/ -o large/
          impasto stylize photo.jpg --style great-wave -o - | impasto enlarge - -o
        wave.png

        Without --output the result of photo.jpg goes beside it, as photo-4x.png.

        USAGE: impasto enlarge <photo> ... [<options>]

        ARGUMENTS:
          <photo>                 Photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF) and
                                  folders of photos; - for a photo on standard input.

        OPTIONS:
          -o, --output <path>     File to write, .png, .jpg or .webp; with several
                                  photos the folder for them, made if missing; - for
                                  standard output, as PNG.
          --scale <n>             Factor of height and width, 2 or 4. (default: 4)
          --fidelity <0…1>        Share of the weights trained for fidelity beside
                                  those trained for looks, which a checkpoint of
                                  `impasto train-enlarge --looks-steps` has. (default:
                                  1.0)
          --recursive             Search subfolders too, and mirror them in the results.
          --skip-existing         Keep results that exist instead of making them again.
          --model <file>          Checkpoint that `impasto train-enlarge` made.
                Default: Checkpoints/enlarge.safetensors in the working folder or one
                above it, else beside the executable or above it.
          --strip                 Do not copy date, place, camera and author from the
                                  photo's file.
          --quality <n>           Quality of a JPEG or WebP result, 1 to 100; 100 makes
                                  WebP lossless. (default: 95)
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          --memory <size>         Memory that the program may take, such as 500MB or
                                  2GB (default: half of what is free).
                The picture does not depend on it: images that do not fit are computed
                again where they are needed. Scaled photos and strokes take more,
                because such a photo is kept in memory as a whole.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --progress <form>       Progress as text, or as lines of JSON on standard
                                  error for a program that reads them. (values: text,
                                  json; default: text)
                A line of JSON tells what is done of the total, the share of all work,
                the seconds left, and in training the loss or the file of a new contact
                sheet. The command ends with the program that reads them.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of interpolate`() throws {
    #expect(
      try Program.help(["interpolate"]) == """
        OVERVIEW: Paint a photo step by step from one style to the next.

        Examples:
          impasto interpolate photo.jpg --through a,b,c --frames 60 -o morph.gif
          impasto interpolate photo.jpg --through photo,a --frames 8 -o strip.png
          impasto interpolate photo.jpg --through a,b,c --frames 90 --loop -o frames/

        The first frame has the first style alone, the last frame the last style. Each
        style between has one frame to itself; from one to the next the weights change
        by equal steps. With --loop the frames lead back to the first style, and an
        animation repeats without end; otherwise it plays once.

        USAGE: impasto interpolate <photo> --through <names> --frames <n> -o <path> [<options>]

        ARGUMENTS:
          <photo>                 Photo: PNG, JPEG, WebP, HEIC, AVIF or TIFF.

        OPTIONS:
          --through <names>       Styles in order: a,b,c. The name photo stands for the
                                  photo itself.
          --frames <n>            Number of frames, at least as many as styles.
          -o, --output <path>     Animation to write, .gif; or picture with all frames
                                  in a row, .png, .jpg or .webp; or folder for
                                  frame-0001.png and so on, made if missing.
          --loop                  Go back to the first style.
          --fps <n>               Frames per second of an animation, 1 to 50 (default:
                                  20).
          --size <pixels>         Longer side of a frame (default: the photo's, but at
                                  most 480 unless in a folder).
          --quality <n>           Quality of a JPEG or WebP result, 1 to 100; 100 makes
                                  WebP lossless. (default: 95)
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          --memory <size>         Memory that the program may take, such as 500MB or
                                  2GB (default: half of what is free).
                The picture does not depend on it: images that do not fit are computed
                again where they are needed. Scaled photos and strokes take more,
                because such a photo is kept in memory as a whole.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --progress <form>       Progress as text, or as lines of JSON on standard
                                  error for a program that reads them. (values: text,
                                  json; default: text)
                A line of JSON tells what is done of the total, the share of all work,
                the seconds left, and in training the loss or the file of a new contact
                sheet. The command ends with the program that reads them.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of sheet`() throws {
    #expect(
      try Program.help(["sheet"]) == """
        OVERVIEW: Paint a photo in every style, with their names.

        Examples:
          impasto sheet photo.jpg -o sheet.png
          impasto sheet photo.jpg --styles great-wave,hokusai-poppies -o sheet.html

        The photo comes first, then each style with a small picture of its painting. A
        page (.html) also shows title, artist and year; it is one file with all its
        pictures.

        USAGE: impasto sheet <photo> -o <file> [<options>]

        ARGUMENTS:
          <photo>                 Photo: PNG, JPEG, WebP, HEIC, AVIF or TIFF.

        OPTIONS:
          --styles <names>        Only these styles, in this order: a,b,c.
          -o, --output <file>     File to write, .png, .jpg, .webp or .html.
          --size <pixels>         Longer side of each picture (default: the photo's,
                                  but at most 320).
          --quality <n>           Quality of a JPEG or WebP result, 1 to 100; 100 makes
                                  WebP lossless. (default: 95)
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          --memory <size>         Memory that the program may take, such as 500MB or
                                  2GB (default: half of what is free).
                The picture does not depend on it: images that do not fit are computed
                again where they are needed. Scaled photos and strokes take more,
                because such a photo is kept in memory as a whole.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --progress <form>       Progress as text, or as lines of JSON on standard
                                  error for a program that reads them. (values: text,
                                  json; default: text)
                A line of JSON tells what is done of the total, the share of all work,
                the seconds left, and in training the loss or the file of a new contact
                sheet. The command ends with the program that reads them.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of grid`() throws {
    #expect(
      try Program.help(["grid"]) == """
        OVERVIEW: Paint a photo in the blends between four styles.

        Example: impasto grid photo.jpg --corners a,b,c,d --steps 5 -o grid.png

        The pictures at the corners are the four styles alone: a upper left, b upper
        right, c lower left, d lower right. Between them the weights change by equal
        steps across and down.

        USAGE: impasto grid <photo> --corners <a,b,c,d> -o <file> [<options>]

        ARGUMENTS:
          <photo>                 Photo: PNG, JPEG, WebP, HEIC, AVIF or TIFF.

        OPTIONS:
          --corners <names>       Four styles: a,b,c,d. The name photo stands for the
                                  photo itself.
          --steps <n>             Pictures along each side, 2 to 50. (default: 5)
          -o, --output <file>     File to write, .png, .jpg or .webp.
          --size <pixels>         Longer side of each picture (default: the photo's,
                                  but at most 256).
          --quality <n>           Quality of a JPEG or WebP result, 1 to 100; 100 makes
                                  WebP lossless. (default: 95)
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          --memory <size>         Memory that the program may take, such as 500MB or
                                  2GB (default: half of what is free).
                The picture does not depend on it: images that do not fit are computed
                again where they are needed. Scaled photos and strokes take more,
                because such a photo is kept in memory as a whole.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --progress <form>       Progress as text, or as lines of JSON on standard
                                  error for a program that reads them. (values: text,
                                  json; default: text)
                A line of JSON tells what is done of the total, the share of all work,
                the seconds left, and in training the loss or the file of a new contact
                sheet. The command ends with the program that reads them.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  private static let overview = """
    OVERVIEW: Paint photos in the style of paintings, many styles in one network.

    Example: impasto stylize photo.jpg --style great-wave

    Exit codes: 0 success, 1 a known failure, 64 a mistake in the command line. A
    command that is stopped by a signal saves what it can and ends by that signal,
    which a shell reports as 128 plus its number: 130 after Ctrl-C.

    USAGE: impasto <subcommand>

    OPTIONS:
      --version               Show the version.
      -h, --help              Show help information.

    SUBCOMMANDS:
      serve                   Serve the studio, a web page, and its programming
                              interface.
      stylize                 Paint photos in a style or a blend of styles.
      enlarge                 Make photos two or four times as large, with detail.
      video                   Paint a film in a style or on the way from style to
                              style.
      interpolate             Paint a photo step by step from one style to the next.
      sheet                   Paint a photo in every style, with their names.
      grid                    Paint a photo in the blends between four styles.
      optimize                Paint a photo in the style of any paintings, without
                              a trained network.
      dream                   Raise what a network sees in a photo (DeepDream).
      doodle                  Paint a picture by a map that says which part of a
                              painting goes where.
      styles                  List, rename, remove and share the styles of a
                              checkpoint.
      add-style               Add paintings to the styles of a network.
      train                   Train one network to paint in many styles.
      train-enlarge           Train the network that enlarges photos.
      evaluate                Measure how well a network paints photos.
      model                   Look at checkpoints and halve their size.
      import                  Make a checkpoint of another program's network.
      export                  Write a network as an ONNX model for other programs.
      weights                 Provide the loss network (VGG-19) that training needs.

      See 'impasto help <subcommand>' for detailed help.

    """
}
