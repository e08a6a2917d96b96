import TestSupport
import Testing

/// The words of `--help` of the commands that look after styles.
struct StylesHelpTests {
  @Test func `help of styles`() throws {
    #expect(
      try Program.help(["styles"]) == """
        OVERVIEW: List, rename, remove and share the styles of a checkpoint.

        Examples:
          impasto styles
          impasto styles export great-wave
          impasto styles import starry-night.style.safetensors --model mine.safetensors

        USAGE: impasto styles <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          list (default)          List the styles of a checkpoint.
          show                    Show everything that is stored about a style.
          rename                  Give a style another name.
          remove                  Take a style out of a checkpoint.
          export                  Write a style to a file of its own, to be shared.
          import                  Add styles from style files.

          See 'impasto help styles <subcommand>' for detailed help.

        """)
  }

  @Test func `help of styles list`() throws {
    #expect(
      try Program.help(["styles", "list"]) == """
        OVERVIEW: List the styles of a checkpoint.

        Example: impasto styles list --json

        USAGE: impasto styles list [--model <file or name>] [--quiet] [--verbose] [--json]

        OPTIONS:
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of styles show`() throws {
    #expect(
      try Program.help(["styles", "show"]) == """
        OVERVIEW: Show everything that is stored about a style.

        With --json the thumbnail is among the results, a JPEG in base64.

        Example: impasto styles show great-wave

        USAGE: impasto styles show <name> [--model <file or name>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <name>                  The style.

        OPTIONS:
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of styles rename`() throws {
    #expect(
      try Program.help(["styles", "rename"]) == """
        OVERVIEW: Give a style another name.

        Example: impasto styles rename great-wave wave --model mine.safetensors

        USAGE: impasto styles rename <name> <new> [--output <file>] [--model <file or name>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <name>                  The style.
          <new>                   New name: words of a-z and 0-9, joined by hyphens.

        OPTIONS:
          -o, --output <file>     Write the changed checkpoint to this file instead of
                                  replacing the one in use.
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of styles remove`() throws {
    #expect(
      try Program.help(["styles", "remove"]) == """
        OVERVIEW: Take a style out of a checkpoint.

        Pictures in all other styles stay the same, bit for bit. To keep the style,
        export it first.

        Example: impasto styles remove great-wave --model mine.safetensors

        USAGE: impasto styles remove <name> [--output <file>] [--model <file or name>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <name>                  The style.

        OPTIONS:
          -o, --output <file>     Write the changed checkpoint to this file instead of
                                  replacing the one in use.
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of styles export`() throws {
    #expect(
      try Program.help(["styles", "export"]) == """
        OVERVIEW: Write a style to a file of its own, to be shared.

        The file is small and holds everything that is stored about the style. It can
        be imported into any checkpoint of the same network.

        Example: impasto styles export great-wave

        USAGE: impasto styles export <name> [--output <file>] [--model <file or name>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <name>                  The style.

        OPTIONS:
          -o, --output <file>     File to write (default: <name>.style.safetensors).
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }

  @Test func `help of styles import`() throws {
    #expect(
      try Program.help(["styles", "import"]) == """
        OVERVIEW: Add styles from style files.

        A style fits only the network that it was trained with, whatever its checkpoint
        is called. If one of several files cannot be added, none is. Pictures in all
        other styles stay the same, bit for bit.

        Example: impasto styles import starry-night.style.safetensors --model
        mine.safetensors

        USAGE: impasto styles import <file> ... [--as <name>] [--output <file>] [--model <file or name>] [--quiet] [--verbose] [--json]

        ARGUMENTS:
          <file>                  Files that `impasto styles export` wrote.

        OPTIONS:
          --as <name>             Name for the one style added.
          -o, --output <file>     Write the changed checkpoint to this file instead of
                                  replacing the one in use.
          --model <file or name>  Checkpoint to use: a file, or the name of a model.
                The model live is Checkpoints/impasto-live.safetensors in the working
                folder or one above it, else beside the executable or above it.
                Default: $IMPASTO_MODEL, else the model impasto,
                Checkpoints/impasto.safetensors.
          -q, --quiet             Print only errors.
          -v, --verbose           Print more details.
          --json                  Print the result as one JSON object.
          --version               Show the version.
          -h, --help              Show help information.

        """)
  }
}
