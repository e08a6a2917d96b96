import Foundation
import HTTPTypes
import Hummingbird
import ImpastoFiles

extension Response {
  /// An answer of a file, or of the part of it that the client asks for.
  static func file(
    _ path: String, type: String, for request: Request, context: ServiceContext,
    headers: HTTPFields = [:]
  ) async throws -> Response {
    let size = try FileStatus(path).size
    var headers = headers
    headers[.contentType] = type
    headers[.acceptRanges] = "bytes"
    guard let range = request.headers[.range].flatMap({ byteRange($0, size: size) }) else {
      let body = try await FileIO().loadFile(path: path, context: context)
      return Response(status: .ok, headers: headers, body: body)
    }
    headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
    let body = try await FileIO().loadFile(path: path, range: range, context: context)
    return Response(status: .partialContent, headers: headers, body: body)
  }

  /// The one range of bytes that a field names; nil for anything else, which is left unheeded.
  private static func byteRange(_ field: String, size: Int) -> ClosedRange<Int>? {
    guard let match = field.wholeMatch(of: /bytes=(\d{0,15})-(\d{0,15})/), size > 0 else {
      return nil
    }
    switch (Int(match.1), Int(match.2)) {
    case (let first?, let last):
      guard first < size, first <= last ?? first else { return nil }
      return first...min(last ?? size - 1, size - 1)
    case (nil, let count?):
      return count > 0 ? max(0, size - count)...(size - 1) : nil
    case (nil, nil): return nil
    }
  }
}

extension HTTPFields {
  /// The field that tells a browser to save an answer under a name and never to show it as a page.
  static func attachment(_ name: String) -> HTTPFields {
    let plain = CharacterSet(
      charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    let encoded = name.addingPercentEncoding(withAllowedCharacters: plain) ?? "result"
    return [.contentDisposition: "attachment; filename*=UTF-8''\(encoded)"]
  }
}
