import CImageCodecs

/// Room for the words of a codec.
struct CodecMessage {
  var characters = [CChar](repeating: 0, count: Int(IMPASTO_MESSAGE_SIZE))

  var text: String {
    String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
