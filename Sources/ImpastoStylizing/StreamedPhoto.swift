public import ImpastoCompute
public import ImpastoImaging
import Synchronization

/// A photo that is decoded anew, row by row, each time that it is read from the top.
public final class StreamedPhoto: PhotoRows {
  public let width: Int
  public let height: Int
  public let opacity: Opacity?
  /// The metadata of its file.
  public let metadata: ImageMetadata
  /// The bytes that reading holds, without what is handed out and the rows at hand.
  public let heldBytes: Int

  /// The number of earlier parts of the photo that stay in memory, for each thread.
  ///
  /// Threads take the parts of a photo in order, but the system may suspend one before it has read
  /// its part. The others are as many parts ahead then as there are threads, or some more.
  static let partsAtHand = 2

  /// The reader, and the rows that it gave last.
  fileprivate struct Window {
    let reader: PhotoReader
    /// The number of earlier parts that stay in memory.
    let partsAtHand: Int
    var rows = 0..<0
    var levels: [UInt8] = []
    /// The reason why the photo cannot be read up to a row, which each thread would find again.
    var failure: (endRow: Int, error: ImageError)?
  }

  private let window: Mutex<Window>

  /// Takes a reader over.
  ///
  /// - Parameter threads: Those that ask for rows at once.
  public init(_ reader: sending PhotoReader, threads: ThreadBudget = .available) {
    (width, height, heldBytes) = (reader.width, reader.height, reader.heldBytes)
    (opacity, metadata) = (reader.opacity, reader.metadata)
    window = Mutex(Window(reader: reader, partsAtHand: Self.partsAtHand * threads.count))
  }

  /// The warnings so far, as sentences that name the file.
  public var warnings: [String] { window.withLock { $0.reader.warnings } }

  public func levels(ofRows rows: Range<Int>) throws(ImageError) -> [UInt8] {
    let stride = 3 * width
    let result = window.withLock { window -> Result<[UInt8], ImageError> in
      do throws(ImageError) {
        try window.advance(to: rows, stride: stride)
      } catch {
        return .failure(error)
      }
      let start = (rows.lowerBound - window.rows.lowerBound) * stride
      return .success(Array(window.levels[start..<start + rows.count * stride]))
    }
    return try result.get()
  }
}

extension StreamedPhoto.Window {
  /// Reads on until `wanted` is among the rows at hand, from the top if it is before them.
  fileprivate mutating func advance(to wanted: Range<Int>, stride: Int) throws(ImageError) {
    if let failure, wanted.upperBound >= failure.endRow { throw failure.error }
    if wanted.lowerBound < rows.lowerBound {
      reader.rewind()
      (rows, levels) = (0..<0, [])
    }
    guard wanted.upperBound > rows.upperBound else { return }
    // Threads that are not quite in step still find theirs.
    let oldest = wanted.lowerBound - partsAtHand * wanted.count
    let first = min(rows.upperBound, max(rows.lowerBound, oldest))
    levels.removeFirst((first - rows.lowerBound) * stride)
    let count = wanted.upperBound - rows.upperBound
    let error = levels.append(count: count * stride) { rows throws(ImageError) in
      try reader.read(into: rows)
    }
    rows = first..<wanted.upperBound
    if let error {
      // Earlier rows can be read again, from the top.
      failure = (wanted.upperBound, error)
      reader.rewind()
      (rows, levels) = (0..<0, [])
      throw error
    }
  }
}

extension [UInt8] {
  /// Appends `count` bytes that `fill` writes.
  ///
  /// - Returns: What `fill` throws.
  fileprivate mutating func append<Failure>(
    count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
  ) -> Failure? {
    let start = self.count
    self += repeatElement(0, count: count)
    return withUnsafeMutableBufferPointer { bytes in
      do throws(Failure) {
        try fill(UnsafeMutableBufferPointer(rebasing: bytes[start...]))
        return nil
      } catch {
        return error
      }
    }
  }
}
