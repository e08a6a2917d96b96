import ArgumentParser
import ImpastoFiles
import ImpastoNetworks

/// A network as `--architecture` names it: one that is built in, or a file that describes one.
struct ArchitectureArgument: ExpressibleByArgument {
  /// The text that the user wrote.
  let text: String

  init?(argument: String) { text = argument }

  /// The names of the networks that are built in, for messages.
  static var names: String { TransformArchitecture.named.map(\.name).joined(separator: ", ") }

  /// Finds the network, or reads its description.
  ///
  /// - Throws: ``CommandError``, or what keeps the file from being read.
  func architecture() throws -> TransformArchitecture {
    if let known = TransformArchitecture.named.first(where: { $0.name == text }) {
      return known.architecture
    }
    guard text.hasSuffix(".json") else { throw CommandError.unknownArchitecture(text) }
    let json = try FileContents.read(text, atMost: 1 << 20)
    let described: TransformArchitecture
    do {
      described = try TransformArchitecture(json: json)
    } catch {
      throw CommandError.notArchitecture(text, reason: "\(error)")
    }
    guard described.magnification == 1 else {
      throw CommandError.notArchitecture(
        text, reason: "a network that paints styles does not enlarge")
    }
    return described
  }
}
