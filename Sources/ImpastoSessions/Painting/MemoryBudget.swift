import ImpastoImaging
import ImpastoNetworks
import ImpastoStylizing
import ImpastoVideo

/// The memory that the process may take while it paints.
///
/// Pictures do not depend on it: what does not fit is computed again where it is needed. It is kept
/// by one painting at a time: a program that paints several at once gives each a budget of its own, so
/// that the sum of all is what the process may take.
public struct MemoryBudget: Sendable {
  /// The bytes of the whole process; nil for half of what is free in addition to what it holds.
  public let bytes: Int?

  /// The number of processes on this machine that share what is free.
  private let processes: Int

  /// Creates a budget of `bytes`, or of half of what is free.
  ///
  /// - Parameter processes: How many processes on this machine paint at once: where no `bytes` are
  ///   given, each takes its share of the half.
  public init(bytes: Int? = nil, processes: Int = 1) {
    (self.bytes, self.processes) = (bytes, processes)
  }

  /// The bytes that the program itself takes while it paints, for code that runs for the first time
  /// and for buffers of kernels and codecs.
  ///
  /// Up to 39 MB were measured.
  private static let growth = 42_000_000

  /// The bytes that are left for tensors to paint a photo with, of which nothing is read yet.
  ///
  /// - Parameters:
  ///   - painting: The bytes of all else that is held while it is painted.
  ///   - reading: The bytes that are held before that.
  ///   - tensors: The bytes that tensors take at least.
  /// - Throws: ``SessionError/cannotStylize(_:reason:)`` with all that it takes, where that is more
  ///   than is allowed.
  func tensorBytes(
    for photo: OpenedPhoto, painting: Int, reading: Int, tensors: Int
  ) throws(SessionError) -> Int {
    try tensorBytes(
      named: photo.name, width: photo.reader.width, height: photo.reader.height,
      painting: painting, needed: max(reading, painting + tensors))
  }

  /// The bytes that are left for tensors to paint a photo with that is held.
  ///
  /// - Throws: As for a photo that is read.
  func tensorBytes(
    for photo: HeldPhoto, painting: Int, tensors: Int
  ) throws(SessionError) -> Int {
    try tensorBytes(
      named: photo.name, width: photo.picture.width, height: photo.picture.height,
      painting: painting, needed: painting + tensors)
  }

  /// The bytes that are left for tensors to paint the frames of a film with.
  ///
  /// - Parameters:
  ///   - width: That of a frame, before its height.
  ///   - ahead: The most frames that wait to be painted.
  ///   - name: The film's name in errors.
  ///   - regions: The number of parts with mixtures of their own.
  ///   - others: The bytes of smaller and larger pictures of a frame that painting takes.
  ///   - tensors: The bytes that tensors take at least.
  /// - Throws: As for a photo.
  func tensorBytes(
    forFramesOf width: Int, _ height: Int, ahead: Int, named name: String, regions: Int,
    others: Int, tensors: Int
  ) throws(SessionError) -> Int {
    let pixels = width * height
    // Those that wait to be painted and to be written, and those at hand in each of three threads.
    let painting =
      3 * pixels * (VideoPipeline.heldFrames(ahead: ahead) + 4) + others
      + MixtureMap.bytes(pixels: pixels, regions: regions)
    return try tensorBytes(
      named: name, width: width, height: height, painting: painting, needed: painting + tensors)
  }

  private func tensorBytes(
    named name: String, width: Int, height: Int, painting: Int, needed: Int
  ) throws(SessionError) -> Int {
    let held = Memory().held ?? 0
    let half = Memory().available.map { $0 / 2 / processes + held }
    // What is bounded is the whole process.
    let allowed = bytes ?? half ?? .max
    let needed = held + Self.growth + needed
    guard needed <= allowed else {
      let error = StylizingError.notEnoughMemory(
        width: width, height: height, needed: needed, allowed: allowed)
      throw .cannotStylize(name, reason: error.description)
    }
    return allowed - held - Self.growth - painting
  }
}
