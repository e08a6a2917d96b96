import Foundation
import ImpastoModelFiles
import Testing

@Suite struct SafetensorsFaultTests {
  private static let remedy = "the file is damaged or incomplete; copy or download it again"

  /// A file with `header`, and `dataCount` bytes after it.
  private func file(_ header: String, _ dataCount: Int = 0) -> Data {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes += Data(header.utf8)
    return bytes + Data(count: dataCount)
  }

  private func text(of bytes: Data) -> String? {
    let error = #expect(throws: ModelFileError.self) {
      try Safetensors.read(bytes, name: "m.safetensors")
    }
    return error?.description
  }

  @Test(
    arguments: [
      (Data(), "0 bytes are too few for a safetensors file; \(remedy)"),
      (Data(count: 7), "7 bytes are too few for a safetensors file; \(remedy)"),
      (
        Data([1, 0, 0, 0, 0, 0, 0, 0]),
        "a safetensors header of 1 bytes, where 0 follow; \(remedy)"
      ),
      (
        Data([0, 0, 0, 0, 0, 0, 0, 0]),
        "the safetensors header is wrong at byte 0: expected '{'; \(remedy)"
      ),
      (
        Data([1, 0xE1, 0xF5, 5, 0, 0, 0, 0]),
        "a safetensors header of 100000001 bytes, where 100000000 are allowed;"
          + " check that it is a safetensors file"
      ),
      (
        Data(repeating: 0xFF, count: 8),
        "a safetensors header of 18446744073709551615 bytes, where 100000000 are allowed;"
          + " check that it is a safetensors file"
      ),
      (
        Data([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0xFF]),
        "the safetensors header is wrong at byte 0: text that is not UTF-8; \(remedy)"
      ),
    ] as [(Data, String)])
  func `a wrong start is told`(bytes: Data, fault: String) {
    #expect(text(of: bytes) == "m.safetensors: \(fault)")
  }

  @Test(
    arguments: [
      ("[]", 0, "expected '{'"),
      ("{", 1, "expected '\"'"),
      ("{}x", 2, "text after the end of the header"),
      ("{\"a\"}", 4, "expected ':'"),
      ("{\"a\":1}", 5, "expected '{'"),
      ("{\"a", 3, "a string that does not end"),
      ("{\"a\n\":{}}", 3, "a control character in a string"),
      ("{\"\\x\":{}}", 3, "an unknown escape in a string"),
      ("{\"\\u12g4\":{}}", 7, "expected four hexadecimal digits"),
      ("{\"\\ud83c\":{}}", 9, "half of a surrogate pair in a string"),
      ("{\"\\udf0a\":{}}", 8, "half of a surrogate pair in a string"),
      ("{\"__metadata__\":{},}", 19, "expected '\"'"),
      ("{\"__metadata__\":{\"a\":1}}", 21, "expected '\"'"),
      ("{\"a\":{\"shape\":[-1]}}", 15, "expected a whole number"),
      ("{\"a\":{\"shape\":[1.5]}}", 16, "expected ']'"),
      ("{\"a\":{\"shape\":[01]}}", 15, "a number that cannot be counted to"),
      ("{\"a\":{\"shape\":[9223372036854775808]}}", 15, "a number that cannot be counted to"),
      ("{\"a\":{\"shape\":[1,]}}", 17, "expected a whole number"),
      (
        "{\"a\":{\"shape\":[1],\"shape\":[1]}}", 26,
        "'shape' is unknown or occurs twice in tensor 'a'"
      ),
      ("{\"a\":{\"colour\":1}}", 15, "'colour' is unknown or occurs twice in tensor 'a'"),
      (
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 32,
        "tensor 'a' lacks its dtype, its shape or its two data_offsets"
      ),
      (
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 55,
        "tensor 'a' lacks its dtype, its shape or its two data_offsets"
      ),
    ] as [(String, Int, String)])
  func `a header that is not the JSON expected is told by byte`(
    header: String, byte: Int, reason: String
  ) {
    #expect(
      text(of: file(header, 4))
        == "m.safetensors: the safetensors header is wrong at byte \(byte): \(reason);"
        + " \(Self.remedy)")
  }

  @Test(
    arguments: [
      (
        ["a:F32:2:0,4"], 4, "tensor 'a' needs 8 bytes and claims 4; \(remedy)"
      ),
      (
        ["a:BF16:2:0,8"], 8, "tensor 'a' needs 4 bytes and claims 8; \(remedy)"
      ),
      (
        ["a:F32:4611686018427387904,4:0,4"], 4,
        "tensor 'a' claims the impossible shape [4611686018427387904, 4]; \(remedy)"
      ),
      (
        ["a:F32:0,4611686018427387904,4:0,0"], 0,
        "tensor 'a' claims the impossible shape [0, 4611686018427387904, 4]; \(remedy)"
      ),
      (
        ["a:F32:4611686018427387904:0,4"], 4,
        "tensor 'a' claims the impossible shape [4611686018427387904]; \(remedy)"
      ),
      (["a:F32:1:0,4"], 3, "tensor 'a' claims bytes 0 to 4 of 3; \(remedy)"),
      (["a:F32:1:4,0"], 4, "tensor 'a' claims bytes 4 to 0 of 4; \(remedy)"),
      (
        ["a:F32:1:9223372036854775803,9223372036854775807"], 4,
        "tensor 'a' claims bytes 9223372036854775803 to 9223372036854775807 of 4; \(remedy)"
      ),
      (
        ["a:F32:2:0,8", "b:F32:1:4,8"], 8,
        "tensors 'a' and 'b' claim the same bytes; write the file again"
      ),
      (
        ["a:F32:1:0,4", "b:F32:1:0,4"], 4,
        "tensors 'a' and 'b' claim the same bytes; write the file again"
      ),
      (["a:F32:1:4,8"], 8, "no tensor claims bytes 0 to 4 of the data; \(remedy)"),
      (
        ["b:F32:1:8,12", "a:F32:1:0,4"], 12,
        "no tensor claims bytes 4 to 8 of the data; \(remedy)"
      ),
      (["a:F32:1:0,4"], 5, "no tensor claims bytes 4 to 5 of the data; \(remedy)"),
      ([], 1, "no tensor claims bytes 0 to 1 of the data; \(remedy)"),
      (
        ["a:F32:1:0,4", "a:F32:1:4,8"], 8,
        "the safetensors header names 'a' twice; write the file again"
      ),
      (
        ["a:I64:1:0,8"], 8,
        "tensor 'a' is of type I64, where F32, BF16, F16 or F64 is expected; convert it first"
      ),
      (
        ["a:F8_E4M3:1:0,1"], 1,
        "tensor 'a' is of type F8_E4M3, where F32, BF16, F16 or F64 is expected; convert it first"
      ),
      (["a:f32:1:0,4"], 4, "tensor 'a' is of the unknown type 'f32'; \(remedy)"),
    ] as [([String], Int, String)])
  func `a claim that the data cannot meet is told by tensor`(
    claims: [String], dataCount: Int, fault: String
  ) {
    let members = claims.map { claim in
      let parts = claim.split(separator: ":", omittingEmptySubsequences: false)
      return "\"\(parts[0])\":{\"dtype\":\"\(parts[1])\",\"shape\":[\(parts[2])],"
        + "\"data_offsets\":[\(parts[3])]}"
    }
    let header = "{\(members.joined(separator: ","))}"
    #expect(text(of: file(header, dataCount)) == "m.safetensors: \(fault)")
  }

  @Test func `metadata that names a fact twice is refused`() {
    #expect(
      text(of: file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"))
        == "m.safetensors: the safetensors header names 'a' twice; write the file again")
  }

  @Test func `every escape of JSON is resolved`() throws {
    let header = #"{ "__metadata__" : { "k" : "\"\\\/\b\f\n\r\t\u00fc\ud83c\udf0a" } }  "#
    let contents = try Safetensors.read(file(header), name: "m.safetensors")
    #expect(contents.metadata == ["k": "\"\\/\u{8}\u{C}\n\r\tü🌊"])
  }

  @Test func `integers of the Python package are refused by name`() throws {
    #expect(
      text(of: try Fixture.bytes("integers.safetensors"))
        == "m.safetensors: tensor 'indices' is of type I64, where F32, BF16, F16 or F64 is"
        + " expected; convert it first")
  }
}
