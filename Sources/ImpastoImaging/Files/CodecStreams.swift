import CImageCodecs
import ImpastoFiles

/// The bytes of a file for a decoder, which takes a file that cannot be read for one that ends.
final class CodecSource {
  private let bytes: ByteSource
  /// The reason why the file could not be read.
  private(set) var failure: ImageError?

  init(_ bytes: ByteSource) { self.bytes = bytes }

  /// Valid as long as this object.
  var forCodec: impasto_source {
    impasto_source(
      context: Unmanaged.passUnretained(self).toOpaque(),
      read: { context, bytes, count in
        let source: CodecSource? = object(context)
        return source?.read(into: UnsafeMutableBufferPointer(start: bytes, count: count)) ?? 0
      },
      seek: { context, offset in
        let source: CodecSource? = object(context)
        source?.seek(to: Int(clamping: offset))
      },
      size: UInt64(bytes.count))
  }

  private func read(into room: UnsafeMutableBufferPointer<UInt8>) -> Int {
    do throws(FileError) {
      return try bytes.read(into: room)
    } catch {
      failure = .file(error)
      return 0
    }
  }

  private func seek(to offset: Int) {
    // Decoders begin again there.
    if offset == 0 { failure = nil }
    bytes.seek(to: offset)
  }
}

/// A receiver of the bytes of a file from an encoder.
final class CodecSink {
  private let take: (UnsafeRawBufferPointer) throws(FileError) -> Void
  /// The reason why the bytes were not taken.
  private(set) var failure: ImageError?

  init(_ take: @escaping (UnsafeRawBufferPointer) throws(FileError) -> Void) { self.take = take }

  /// Valid as long as this object.
  var forCodec: impasto_sink {
    impasto_sink(
      context: Unmanaged.passUnretained(self).toOpaque(),
      write: { context, bytes, count in
        let sink: CodecSink? = object(context)
        return sink?.write(UnsafeRawBufferPointer(start: bytes, count: count)) ?? false
      })
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do throws(FileError) {
      try take(bytes)
      return true
    } catch {
      failure = .file(error)
      return false
    }
  }
}

private func object<Object: AnyObject>(_ context: UnsafeMutableRawPointer?) -> Object? {
  context.map { Unmanaged<Object>.fromOpaque($0).takeUnretainedValue() }
}
