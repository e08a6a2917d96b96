public import Foundation

/// The reason why layers do not form a network.
public struct ArchitectureFault: Error, Hashable, Sendable {
  /// The name of the layer at fault; nil where it is the whole.
  public let layer: String?
  /// The fault, with what was expected and found.
  public let reason: String

  /// Names a fault.
  public init(layer: String? = nil, _ reason: String) {
    (self.layer, self.reason) = (layer, reason)
  }
}

extension ArchitectureFault: LocalizedError, CustomStringConvertible {
  /// The layer and what is wrong with it.
  public var description: String { layer.map { "layer “\($0)”: \(reason)" } ?? reason }

  /// The same text as ``description``, for callers that know only `Error`.
  public var errorDescription: String? { description }
}
