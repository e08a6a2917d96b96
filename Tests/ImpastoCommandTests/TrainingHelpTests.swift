import TestSupport
import Testing

/// The words of `--help` of the commands that train and measure.
struct TrainingHelpTests {
  @Test func `help of train-enlarge`() throws {
    #expect(
      try Program.help(["train-enlarge"]) == """
        OVERVIEW: Train the network that enlarges photos.

        Example: impasto train-enlarge --content photos -o enlarge.safetensors

        Squares of the photos are made small, with the faults that photos have, and the
        network learns to make of them what they were: first pixel for pixel (--steps),
        then, where --looks-steps says so, in the eyes of the loss network, with
        weights of its own. Beside enlarge.safetensors a folder enlarge.training keeps
        what --resume needs and a line of losses for each step. Ctrl-C finishes the
        step, saves and exits; the same command with --resume continues to the same
        result.

        USAGE: impasto train-enlarge [<options>] --content <folder> --output <file>

        OPTIONS:
          --content <folder>      Folder of photos to train on, searched recursively.
          -o, --output <file>     Checkpoint to write.
          --steps <n>             Number of steps for fidelity (default: 10000).
          --looks-steps <n>       Number of steps for looks, which follow them
                                  (default: 0).
          --batch-size <n>        Photos per step (default: 8).
          --image-size <pixels>   Side of the squares cut out of photos (default: 192).
          --learning-rate <x>     Maximum learning rate (default: 0.008).
          --seed <n>              Seed of all random choices (default: 1).
          --resume                Continue the run that the same command began.
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
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

  @Test func `help of train`() throws {
    #expect(
      try Program.help(["train"]) == """
        OVERVIEW: Train one network to paint in many styles.

        Example: impasto train --styles Styles --content photos -o model.safetensors

        Beside model.safetensors a folder model.training keeps what --resume needs, a
        line of losses for each step, contact sheets and report.html. Ctrl-C finishes
        the step, saves and exits; the same command with --resume continues to the same
        result.

        mpirun -n 4 impasto train ... shares the photos of each step among four
        processes, on one machine or several.

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
                                  live, or a file (default: published-steady).
          --teacher <file>        Learn the pictures that the network of this
                                  checkpoint paints, instead of paintings.
                A start for a small network that takes a fraction of the time: go on
                from it with --from. The teacher has to know the styles.
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

  @Test func `help of add-style`() throws {
    #expect(
      try Program.help(["add-style"]) == """
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
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
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

  @Test func `help of evaluate`() throws {
    #expect(
      try Program.help(["evaluate"]) == """
        OVERVIEW: Measure how well a network paints photos.

        Examples:
          impasto evaluate --content photos --report page.html
          mpirun -n 4 impasto evaluate --content photos -o all.json

        Prints for each style the content loss C, the style loss S and C + 20·S, as
        means over the photos, and the same total of the unchanged photos; then
        artefacts as numbers, with an exclamation mark where one is visible. The
        figures can be compared with those of other networks on the same photos. Ctrl-C
        ends the evaluation with the measurements so far.

        --sizes and --shift take longer, and are measured on the photos shown only.
        --sizes 512,1024 paints them at these sizes too: “whole” is S of a picture that
        is seen as a whole, shrunk to --image-size, as a multiple of that of the small
        picture, and “edges” its edge energy at full size as a share of the photo's.
        --shift moves them by 1, 2 and 3 pixels, and tells by how many levels the
        pictures differ.

        With --against optimize:100 the columns “≈” tell how many iterations of L-BFGS,
        from noise and from the photo, reach the total of the network on the same
        photos.

        USAGE: impasto evaluate [<options>] --content <folder>

        OPTIONS:
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
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
          --sizes <pixels,…>      Paint squares of these sizes too, from photos that
                                  are large enough: 512,1024.
          --shift                 Measure how much pictures change when the photo moves
                                  by 1, 2 and 3 pixels.
          -o, --output <file>     File for all measurements, photo by photo (.json).
          --report <file>         File for a page with tables and pictures (.html).
          --shown-photos <n>      Number of photos to show, to optimise, to paint large
                                  and to move, evenly spaced. (default: 2)
          --backend <backend>     Arithmetic by oneDNN (fast, default) or OpenBLAS
                                  (portable, f32 only). (values: onednn, openblas)
          --precision <precision> Type of activations; auto is bf16 on processors that
                                  support it. (values: auto, f32, bf16; default: auto)
          --threads <n>           Threads to use (default: one per processor).
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
}
