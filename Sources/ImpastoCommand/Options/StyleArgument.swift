import ArgumentParser
import Foundation
import ImpastoNetworks

/// The value of `--style` and of others that take a style, as the user wrote it.
enum StyleArgument {
  /// Reads `great-wave` or `great-wave:0.7,hokusai-poppies:0.3`.
  static func mixture(_ text: String, option: String = "--style") throws -> StyleMixture {
    do throws(StyleModelError) {
      return try StyleMixture(parsing: text)
    } catch {
      throw ValidationError("\(option): \(error.description)")
    }
  }

  /// Refuses a style that `model` lacks, with the names that may have been meant.
  static func check(
    _ mixture: StyleMixture, against model: StyleModel, option: String = "--style"
  ) throws {
    do throws(StyleModelError) {
      _ = try model.weights(of: mixture)
    } catch {
      throw ValidationError("\(option): \(error.description)")
    }
  }

  /// Reads the names in `great-wave,photo,hokusai-poppies`.
  static func names(_ text: String, option: String) throws(ValidationError) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard names.allSatisfy({ !$0.isEmpty }) else {
      throw ValidationError("\(option): “\(text)” leaves out a name; write NAME,NAME")
    }
    return names
  }

  /// Refuses names of styles that `model` lacks.
  static func check(_ names: [String], against model: StyleModel, option: String) throws {
    for name in names { try check(StyleMixture(name), against: model, option: option) }
  }

  /// The shares of a mixture by the names of its styles.
  static func shares(of mixture: StyleMixture) -> [String: Float] {
    Dictionary(uniqueKeysWithValues: mixture.parts.map { ($0.name, $0.weight) })
  }

  /// Does what names styles; a name that is no good is a mistake in the command line.
  static func named<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as StyleModelError {
      switch error {
      case .unknownStyle, .styleExists, .badName, .reservedName:
        throw ValidationError(error.description)
      default:
        throw error
      }
    }
  }

  /// The mixture as `great-wave 0.7, hokusai-poppies 0.3`.
  static func text(of mixture: StyleMixture) -> String {
    mixture.parts.map { "\($0.name) \(String(format: "%.3g", $0.weight))" }
      .joined(separator: ", ")
  }
}
