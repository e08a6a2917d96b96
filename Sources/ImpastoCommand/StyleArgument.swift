import ArgumentParser
import Foundation
import ImpastoNetworks

/// The value of `--style`, as the user wrote it.
enum StyleArgument {
  /// Reads `great-wave` or `great-wave:0.7,hokusai-poppies:0.3`.
  static func mixture(_ text: String) throws -> StyleMixture {
    do throws(StyleModelError) {
      return try StyleMixture(parsing: text)
    } catch {
      throw ValidationError("--style: \(error.description)")
    }
  }

  /// Refuses a style that `model` lacks, with the names that may have been meant.
  static func check(_ mixture: StyleMixture, against model: StyleModel) throws {
    do throws(StyleModelError) {
      _ = try model.weights(of: mixture)
    } catch {
      throw ValidationError("--style: \(error.description)")
    }
  }

  /// What a result's name says of the mixture: its style, or its styles with their percentages.
  static func fileNameSuffix(of mixture: StyleMixture) -> String {
    let parts = mixture.parts
    if parts.count == 1 { return parts[0].name }
    if parts.count > 3 { return "blend" }
    return parts.map { "\($0.name)-\(Int(($0.weight * 100).rounded()))" }.joined(separator: "-")
  }

  /// The mixture as `great-wave 0.7, hokusai-poppies 0.3`.
  static func text(of mixture: StyleMixture) -> String {
    mixture.parts.map { "\($0.name) \(String(format: "%.3g", $0.weight))" }
      .joined(separator: ", ")
  }
}
