import CMPI
import Foundation

/// The ranks of a job: processes that were started together and share one piece of work.
///
/// Each calls the same methods in the same order, and one at a time. An error of MPI ends the job.
public final class Communicator: Sendable {
  /// The number of this process, from 0.
  public let rank: Int
  /// The number of processes.
  public let size: Int
  /// The names of the machines, by rank.
  public let hosts: [String]

  /// The job that consists of this process alone, which needs no MPI.
  public static let alone = Communicator(rank: 0, size: 1, hosts: [""])

  private init(rank: Int, size: Int, hosts: [String]) {
    (self.rank, self.size, self.hosts) = (rank, size, hosts)
  }

  /// Joins the job that this process was started in, once.
  ///
  /// - Returns: The ranks, or nil where the process was started by itself.
  /// - Throws: ``ClusterError/noLibrary(_:package:reason:)``.
  public static func joined() throws(ClusterError) -> Communicator? {
    try Launcher.current.map(joined)
  }

  /// Joins the job that `launcher` has started this process in.
  package static func joined(by launcher: Launcher) throws(ClusterError) -> Communicator {
    if let fault = cmpi_join(launcher.library) {
      throw .noLibrary(
        launcher.library, package: launcher.package, reason: String(cString: fault))
    }
    let (rank, size) = (Int(cmpi_rank()), Int(cmpi_size()))
    let hosts = Communicator(rank: rank, size: size, hosts: [])
      .gather(Array(ProcessInfo.processInfo.hostName.utf8)).map {
        String(decoding: $0, as: UTF8.self)
      }
    return Communicator(rank: rank, size: size, hosts: hosts)
  }

  /// Leaves the job for good, when the others do.
  public func leave() { if self !== Self.alone { cmpi_leave() } }

  /// Waits until all ranks have come here.
  public func awaitAll() { _ = gather([UInt8]()) }

  /// Indicates whether this is the rank that writes and speaks for all.
  public var isFirst: Bool { rank == 0 }

  /// The number of ranks on this machine.
  public var localSize: Int { hosts.count { $0 == hosts[rank] } }

  /// A rank as errors name it: `rank 1 on node-7`.
  public func name(of rank: Int) -> String { "rank \(rank) on \(hosts[rank])" }

  /// Gives each rank what all have: that of rank 0 first.
  public func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    guard size > 1 else { return [bytes] }
    let counts = gather(fixed: withUnsafeBytes(of: Int64(bytes.count)) { Array($0) })
      .map { $0.withUnsafeBytes { Int($0.loadUnaligned(as: Int64.self)) } }
    let most = counts.max() ?? 0
    guard most > 0 else { return counts.map { _ in [] } }
    let padding = [UInt8](repeating: 0, count: most - bytes.count)
    return zip(gather(fixed: bytes + padding), counts).map { Array($0.prefix($1)) }
  }

  /// The same for values of any kind.
  ///
  /// - Throws: ``ClusterError/otherProgram(_:)``.
  public func gather<Value: Codable>(_ value: Value) throws(ClusterError) -> [Value] {
    guard size > 1 else { return [value] }
    let bytes = (try? JSONEncoder().encode(value)).map(Array.init) ?? []
    var values: [Value] = []
    for (rank, bytes) in gather(bytes).enumerated() {
      guard let value = try? JSONDecoder().decode(Value.self, from: Data(bytes)) else {
        throw .otherProgram(name(of: rank))
      }
      values.append(value)
    }
    return values
  }

  /// Sends a message to a rank, which receives those of this one in order.
  func send(_ bytes: [UInt8], to rank: Int) { cmpi_send(bytes, bytes.count, Int32(rank)) }

  /// Receives the next message of a rank; nil where none has come.
  func receive(from rank: Int) -> [UInt8]? {
    let count = Int(cmpi_waiting(Int32(rank)))
    guard count >= 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    cmpi_receive(&bytes, count, Int32(rank))
    return bytes
  }

  /// Gathers as many bytes of each rank.
  private func gather(fixed bytes: [UInt8]) -> [[UInt8]] {
    var all = [UInt8](repeating: 0, count: bytes.count * size)
    cmpi_gather(bytes, bytes.count, &all)
    return (0..<size).map { Array(all[$0 * bytes.count..<($0 + 1) * bytes.count]) }
  }

  /// Gives each rank a part of the values of all: to each go as many as to the others, rank 0 getting
  /// the first of them.
  ///
  /// - Parameter counts: How many values come from each rank.
  func exchange(_ values: [Float], receiving counts: [Int]) -> [Float] {
    let size = MemoryLayout<Float>.size
    let share = Int32(values.count / self.size * size)
    let received = counts.map { Int32($0 * size) }
    var offsets: [Int32] = [0]
    for count in received.dropLast() { offsets.append((offsets.last ?? 0) + count) }
    var result = [Float](repeating: 0, count: counts.reduce(0, +))
    cmpi_exchange(
      values, [Int32](repeating: share, count: self.size),
      (0..<Int32(self.size)).map { $0 * share },
      &result, received, offsets)
    return result
  }

  /// Gives all ranks the values of all, of which each has as many: those of rank 0 first.
  func gather(_ values: [Float]) -> [Float] {
    var all = [Float](repeating: 0, count: values.count * size)
    cmpi_gather(values, values.count * MemoryLayout<Float>.size, &all)
    return all
  }
}
