/// Colours for the transparent pixels of a photo: those of the visible ones around them.
///
/// Filters see across the edge of what is visible. Whatever colour the file hides there, or white,
/// would show as a seam along the edge; a smooth continuation does not.
///
/// Cells of 8×8 pixels have the mean of what is visible in them. Where that is less than one pixel,
/// the mean of a cell twice as large makes up for it, and so on. Each pixel's colour lies between
/// those of the four cells around it.
///
/// Source: Gortler, Grzeszczuk, Szeliski, Cohen 1996, section 3.4 (pull and push).
struct HiddenColors {
  private static let cell = 8
  /// The opacity from which on a pixel has its own colour.
  ///
  /// Below, colours are coarse in files whose colours were multiplied by alpha once: an eighth leaves
  /// 32 levels.
  private static let trusted = 32

  /// Red, green and blue times opacity, and opacity, of each cell: sums over its pixels, and once
  /// ``settle()`` has been called means, of opacity 1.
  fileprivate struct Grid {
    let width, height: Int
    var cells: [SIMD4<Float>]
  }

  private let width: Int
  private var grid: Grid

  /// Begins with a photo of which no row is known.
  init(width: Int, height: Int) {
    self.width = width
    let (columns, rows) = (
      (width + Self.cell - 1) / Self.cell, (height + Self.cell - 1) / Self.cell
    )
    grid = Grid(
      width: columns, height: rows, cells: [SIMD4<Float>](repeating: .zero, count: columns * rows))
  }

  /// The bytes for a photo, while its rows are being added.
  static func bytes(width: Int, height: Int) -> Int {
    (width / cell + 1) * (height / cell + 1) * 32
  }

  /// Takes the colours of rows of red, green, blue and alpha, of which the first is row `row`.
  mutating func add(_ pixels: UnsafeBufferPointer<UInt8>, row: Int) {
    for y in 0..<pixels.count / (4 * width) {
      let cells = (row + y) / Self.cell * grid.width
      for column in 0..<grid.width {
        var sum = SIMD4<Float>.zero
        for x in column &* Self.cell..<min((column &+ 1) &* Self.cell, width) {
          let start = 4 &* (y &* width &+ x)
          let color = SIMD4<UInt8>(pixels[start], pixels[start &+ 1], pixels[start &+ 2], 1)
          sum += Float(pixels[start &+ 3]) * SIMD4<Float>(color)
        }
        grid.cells[cells &+ column] += sum
      }
    }
  }

  /// Gives every cell a colour, once all rows have been added; grey where nothing is visible.
  mutating func settle() {
    grid.cells = grid.cells.map { ($0 / 255).normalized }
    grid = Self.settled(grid)
  }

  private static func settled(_ grid: Grid) -> Grid {
    guard grid.cells.count > 1 else {
      let grey = SIMD4<Float>(128, 128, 128, 1)
      return Grid(width: 1, height: 1, cells: [grid.cells[0] + (1 - grid.cells[0].w) * grey])
    }
    var larger = Grid(
      width: (grid.width + 1) / 2, height: (grid.height + 1) / 2, cells: [])
    larger.cells = [SIMD4<Float>](repeating: .zero, count: larger.width * larger.height)
    for y in 0..<grid.height {
      for x in 0..<grid.width {
        larger.cells[y / 2 * larger.width + x / 2] += grid.cells[y * grid.width + x]
      }
    }
    larger.cells = larger.cells.map(\.normalized)
    larger = settled(larger)
    var result = grid
    for y in 0..<grid.height {
      for x in 0..<grid.width {
        let own = grid.cells[y * grid.width + x]
        guard own.w < 1 else { continue }
        result.cells[y * grid.width + x] =
          own + (1 - own.w) * larger.color(x: Float(x), y: Float(y), scale: 2)
      }
    }
    return result
  }

  /// Red, green and blue of rows of red, green, blue and alpha, of which the first is row `row`.
  ///
  /// - Parameter colors: Three quarters as many bytes as `pixels` has.
  func fill(
    _ pixels: UnsafeBufferPointer<UInt8>, row: Int, into colors: UnsafeMutableBufferPointer<UInt8>
  ) {
    for y in 0..<pixels.count / (4 * width) {
      for x in 0..<width {
        let pixel = y &* width &+ x
        let alpha = pixels[4 &* pixel &+ 3]
        var color = SIMD4<UInt8>(
          pixels[4 &* pixel], pixels[4 &* pixel &+ 1], pixels[4 &* pixel &+ 2], 0)
        if alpha < Self.trusted {
          let hidden = grid.color(x: Float(x), y: Float(row &+ y), scale: Float(Self.cell))
          let share = Float(alpha) / Float(Self.trusted)
          // Levels and means of levels: nothing lies beyond 0…255.
          color = SIMD4<UInt8>(share * SIMD4<Float>(color) + (1 - share) * hidden + 0.5)
        }
        for channel in 0..<3 { colors[3 &* pixel &+ channel] = color[channel] }
      }
    }
  }
}

extension HiddenColors.Grid {
  /// The colour at a pixel, or a smaller cell, of which `scale` lie along a cell.
  @inline(__always)
  fileprivate func color(x: Float, y: Float, scale: Float) -> SIMD4<Float> {
    let (x, y) = (
      min(max((x + 0.5) / scale - 0.5, 0), Float(width - 1)),
      min(max((y + 0.5) / scale - 0.5, 0), Float(height - 1))
    )
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let (across, down) = (x - Float(left), y - Float(top))
    let upper =
      (1 - across) * cells[top * width + left] + across * cells[top * width + right]
    let lower =
      (1 - across) * cells[bottom * width + left] + across * cells[bottom * width + right]
    return (1 - down) * upper + down * lower
  }
}

extension SIMD4<Float> {
  /// The mean colour of an opacity of at most 1.
  fileprivate var normalized: SIMD4<Float> { w > 1 ? self / w : self }
}
