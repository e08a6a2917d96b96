package import Foundation

/// The limits of what the service keeps.
package struct DataLimits: Sendable {
  /// The seconds for which a file that was sent is kept after its last use.
  package var fileLifetime: TimeInterval = 24 * 3600
  /// The seconds for which a job is kept with its result after its end.
  package var jobLifetime: TimeInterval = 30 * 24 * 3600
  /// The most bytes of files and results together.
  package var bytes = 20 << 30

  /// The usual limits.
  package init() {}
}
