import COpenSSL
public import Foundation

/// The SHA-256 digest of bytes that arrive at once or in parts.
public struct SHA256Digest: ~Copyable {
  private let context: OpaquePointer

  /// Creates the digest of no bytes.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { fatalError("libcrypto cannot start a SHA-256 digest: out of memory") }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes in further bytes.
  public mutating func update(_ bytes: some ContiguousBytes) {
    let status = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(status == 1, "libcrypto refused a SHA-256 update")
  }

  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits.
  public consuming func hexadecimal() -> String {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &digest, &count)
    precondition(status == 1, "libcrypto refused to end a SHA-256 digest")
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.prefix(Int(count)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
      as: UTF8.self)
  }

  /// The digest of `bytes`, as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: some ContiguousBytes) -> String {
    var digest = SHA256Digest()
    digest.update(bytes)
    return digest.hexadecimal()
  }
}
