/// A cursor over JSON text that yields only what a safetensors header is made of: objects,
/// arrays of whole numbers, and strings, each where the format expects it.
///
/// Foundation's decoder would merge keys that occur twice, which are a fault here.
struct HeaderScanner {
  private let text: [UInt8]
  private var position = 0

  /// Creates a scanner of text that is known to be valid UTF-8.
  init(_ text: [UInt8]) { self.text = text }

  /// Passes over an object, handing each key to `member`, which must pass over its value.
  mutating func object(
    _ member: (String, inout HeaderScanner) throws(SafetensorsFault) -> Void
  ) throws(SafetensorsFault) {
    try list(from: "{", to: "}") { scanner throws(SafetensorsFault) in
      let key = try scanner.string()
      try scanner.pass(over: ":")
      try member(key, &scanner)
    }
  }

  /// The whole numbers of an array.
  mutating func wholeNumbers() throws(SafetensorsFault) -> [Int] {
    var numbers: [Int] = []
    try list(from: "[", to: "]") { scanner throws(SafetensorsFault) in
      numbers.append(try scanner.wholeNumber())
    }
    return numbers
  }

  /// A string, its escapes resolved.
  mutating func string() throws(SafetensorsFault) -> String {
    try pass(over: "\"")
    var bytes: [UInt8] = []
    while let byte = next() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: String(try escape()).utf8)
      case ..<0x20: throw fault("a control character in a string", at: position - 1)
      default: bytes.append(byte)
      }
    }
    throw fault("a string that does not end")
  }

  /// Passes over the white space that may follow the header's object, up to the end.
  mutating func end() throws(SafetensorsFault) {
    skipWhitespace()
    guard position == text.count else { throw fault("text after the end of the header") }
  }

  /// The fault of finding something else at the cursor.
  func fault(_ reason: String) -> SafetensorsFault { fault(reason, at: position) }

  private func fault(_ reason: String, at byte: Int) -> SafetensorsFault {
    .invalidHeader(reason: reason, byte: byte)
  }

  private mutating func list(
    from open: Character, to close: Character,
    _ item: (inout HeaderScanner) throws(SafetensorsFault) -> Void
  ) throws(SafetensorsFault) {
    try pass(over: open)
    guard !passed(over: close) else { return }
    repeat { try item(&self) } while passed(over: ",")
    try pass(over: close)
  }

  private mutating func wholeNumber() throws(SafetensorsFault) -> Int {
    skipWhitespace()
    let start = position
    while let byte = peek(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { position += 1 }
    let digits = text[start..<position]
    guard !digits.isEmpty else { throw fault("expected a whole number") }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0"),
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { throw fault("a number that cannot be counted to", at: start) }
    return number
  }

  private mutating func escape() throws(SafetensorsFault) -> Unicode.Scalar {
    switch next() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw fault("an unknown escape in a string", at: position - 1)
    }
  }

  private mutating func unicodeEscape() throws(SafetensorsFault) -> Unicode.Scalar {
    var units = [try hexadecimalUnit()]
    if UTF16.isLeadSurrogate(units[0]) {
      guard next() == UInt8(ascii: "\\"), next() == UInt8(ascii: "u") else {
        throw fault("half of a surrogate pair in a string")
      }
      units.append(try hexadecimalUnit())
    }
    let scalars = String(validating: units, as: UTF16.self)?.unicodeScalars
    guard let scalar = scalars?.first else { throw fault("half of a surrogate pair in a string") }
    return scalar
  }

  private mutating func hexadecimalUnit() throws(SafetensorsFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("expected four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  private mutating func pass(over character: Character) throws(SafetensorsFault) {
    guard passed(over: character) else { throw fault("expected '\(character)'") }
  }

  private mutating func passed(over character: Character) -> Bool {
    skipWhitespace()
    guard peek() == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private func peek() -> UInt8? { position < text.count ? text[position] : nil }

  private mutating func next() -> UInt8? {
    guard let byte = peek() else { return nil }
    position += 1
    return byte
  }
}
