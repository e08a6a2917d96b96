/// The constants of NUT, the container in which frames come from ffmpeg and go to it.
///
/// Source: the specification *NUT Open Container Format*, version 3 of its bitstream.
enum NUTFormat {
  /// The first bytes of a file.
  static let identification = Array("nut/multimedia container\0".utf8)

  /// The eight bytes that each kind of packet begins with.
  enum StartCode: UInt64 {
    case main = 0x4E4D_7A56_1F5F_04AD
    case stream = 0x4E53_1140_5BF2_F9DB
    case syncpoint = 0x4E4B_E4AD_EECA_4569
    case index = 0x4E58_DD67_2F23_E64E
    case info = 0x4E49_AB68_B596_BA78
  }

  /// The flags of a frame.
  struct Flags: OptionSet {
    let rawValue: UInt64

    static let key = Flags(rawValue: 1)
    static let codedTime = Flags(rawValue: 1 << 3)
    static let streamNumber = Flags(rawValue: 1 << 4)
    static let sizeHigh = Flags(rawValue: 1 << 5)
    static let checksum = Flags(rawValue: 1 << 6)
    static let reserved = Flags(rawValue: 1 << 7)
    static let sideData = Flags(rawValue: 1 << 8)
    static let headerNumber = Flags(rawValue: 1 << 10)
    static let matchTime = Flags(rawValue: 1 << 11)
    static let coded = Flags(rawValue: 1 << 12)
    static let invalid = Flags(rawValue: 1 << 13)
  }

  /// The codec of frames of 8-bit red, green and blue, rows from the top, without gaps.
  static let rgb24: [UInt8] = Array("RGB".utf8) + [24]

  /// The most bytes of a packet other than a frame.
  static let packetLimit = 1 << 20

  /// The checksum of `bytes`: the CRC of polynomial 0x04C11DB7, highest bit first, from 0.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 ^ checksums[Int(UInt8($0 >> 24) ^ $1)] }
  }

  private static let checksums: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { sum, _ in sum << 1 ^ (sum >> 31 == 1 ? 0x04C1_1DB7 : 0) }
  }
}
