import Foundation
import ImpastoFiles
import Testing

/// Digests of the messages in FIPS 180-4's published examples.
@Suite struct SHA256DigestTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `the digest of a message is the published one`(message: String, digest: String) {
    #expect(SHA256Digest.hexadecimal(of: Data(message.utf8)) == digest)
    #expect(SHA256Digest.hexadecimal(of: Array(message.utf8)) == digest)
  }

  @Test func `bytes in parts digest as they do at once`() {
    var digest = SHA256Digest()
    digest.update(Array("a".utf8))
    digest.update([UInt8]())
    digest.update(Array("bc".utf8))
    #expect(digest.hexadecimal() == SHA256Digest.hexadecimal(of: Array("abc".utf8)))
  }
}
