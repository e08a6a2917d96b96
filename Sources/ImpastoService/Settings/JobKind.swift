/// The kinds of jobs, each of which is a command of the command line.
package enum JobKind: String, Codable, CaseIterable, Sendable {
  case stylize, interpolate, sheet, grid, optimize, video
  case addStyle = "add-style"
}
