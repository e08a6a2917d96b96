import ImpastoCompute
import ImpastoTensors

/// Checks that layers form a network.
extension TransformArchitecture {
  /// The limits of what a file may describe.
  enum Limit {
    static let layers = 1...1000
    static let kernel = 1...15
    static let channels = 1...4096
    static let padding = 0...16
    static let reduction = 1...64
    static let magnifications = [1, 2, 4]
    static let weights = 100_000_000
    static let extent = 4096
  }

  /// The minimum extent of photos for these layers.
  ///
  /// - Throws: ``ArchitectureFault`` where the layers do not fit together.
  static func checkedMinimumExtent(
    _ layers: [Layer], _ input: InputRange, _ output: OutputRange, _ magnification: Int
  ) throws(ArchitectureFault) -> Int {
    guard Limit.magnifications.contains(magnification) else {
      throw ArchitectureFault("a magnification of \(magnification), expected 1, 2 or 4")
    }
    guard Limit.layers.contains(layers.count) else {
      throw ArchitectureFault("\(layers.count) layers, expected \(Limit.layers.text)")
    }
    try check(input, output)
    var names: Set<String> = []
    for layer in layers {
      guard isValidName(layer.name) else {
        throw ArchitectureFault(
          layer: layer.name,
          "its name is not one; expected words of a-z and 0-9 joined by dots or hyphens")
      }
      guard names.insert(layer.name).inserted else {
        throw ArchitectureFault(layer: layer.name, "another layer has the same name")
      }
      try check(layer)
    }
    try checkChannels(layers)
    let plain = TransformArchitecture(fitting: layers, magnification: magnification)
    try plain.checkReductions()
    try plain.checkAddends()
    return try plain.minimumFittingExtent()
  }

  private static func isValidName(_ name: String) -> Bool {
    name.utf8.count <= 100
      && name.split(separator: ".", omittingEmptySubsequences: false)
        .allSatisfy { StyleDescription.isValidName(String($0)) }
  }

  private static func check(_ input: InputRange, _ output: OutputRange) throws(ArchitectureFault) {
    guard input.mean.count == 3, input.divisor.count == 3,
      (input.mean + input.divisor).allSatisfy(\.isFinite), !input.divisor.contains(0)
    else {
      throw ArchitectureFault(
        "its input has the mean \(input.mean) and the divisor \(input.divisor), expected three numbers "
          + "each, and no divisor of 0")
    }
    guard output.mean.count == 3, (output.mean + [output.scale]).allSatisfy(\.isFinite),
      output.scale != 0
    else {
      throw ArchitectureFault(
        "its output has the mean \(output.mean) and the scale \(output.scale), expected three numbers "
          + "and one that is not 0")
    }
  }

  /// Checks what can be said of a layer by itself.
  private static func check(_ layer: Layer) throws(ArchitectureFault) {
    func expect(_ holds: Bool, _ reason: @autoclosure () -> String) throws(ArchitectureFault) {
      if !holds { throw ArchitectureFault(layer: layer.name, reason()) }
    }
    func expectNumbers(_ numbers: Float..., named name: String) throws(ArchitectureFault) {
      try expect(numbers.allSatisfy(\.isFinite), "its \(name) is not a finite number")
    }
    try expect(
      Limit.kernel.contains(layer.kernel) && layer.kernel % 2 == 1,
      "a kernel of \(layer.kernel), expected an odd number in \(Limit.kernel.text)")
    for (count, place) in [(layer.inputs, "inputs"), (layer.outputs, "outputs")] {
      try expect(
        Limit.channels.contains(count), "\(count) \(place), expected \(Limit.channels.text)")
    }
    try expect(
      Limit.padding.contains(layer.padding.padding) && Limit.padding.contains(layer.frame.padding),
      "a border of \(layer.padding.padding) pixels, expected \(Limit.padding.text), or one less where "
        + "it is blurred")
    switch layer.scaling {
    case .doubled(let doubling):
      try expect(
        layer.kernel == 3 && layer.padding.padding == 1,
        "it doubles the image, for which its kernel has to be 3 and its border 1 pixel wide")
      let borders: [Frame.Border] =
        switch doubling {
        case .nearest: [.mirrored, .repeated, .zeros]
        case .bilinear: [.repeated]
        case .zeros: [.zeros]
        }
      try expect(
        borders.contains(layer.padding.border),
        "\(doubling.rawValue) doubling takes a border that is “\(borders[0].code)”, not "
          + "“\(layer.padding.border.code)”")
    case .rearranged(let factor):
      try expect([2, 4].contains(factor), "a pixel shuffle by \(factor), expected 2 or 4")
    case .kept, .halved: break
    }
    switch layer.normalization {
    case .conditional(let epsilon), .fixed(let epsilon):
      try expect(epsilon.isFinite && epsilon > 0, "an epsilon of \(epsilon), expected more than 0")
    case .none: break
    }
    switch layer.activation {
    case .leaky(let slope): try expectNumbers(slope, named: "slope")
    case .tanh(let scale): try expectNumbers(scale, named: "scale")
    case .clamped(let range):
      try expectNumbers(range.lowerBound, range.upperBound, named: "range")
    case .linear, .rectified, .sigmoid: break
    }
  }

  private static func checkChannels(_ layers: [Layer]) throws(ArchitectureFault) {
    var (channels, weights) = (3, 0)
    for (number, layer) in layers.enumerated() {
      guard layer.inputs == channels else {
        let source = number == 0 ? "the photo" : "“\(layers[number - 1].name)”"
        throw ArchitectureFault(
          layer: layer.name, "it reads \(layer.inputs) channels, and \(source) has \(channels)")
      }
      channels = layer.outputs
      weights += layer.filterShape.count
      guard weights <= Limit.weights else {
        throw ArchitectureFault(
          layer: layer.name, "the network has more than \(Limit.weights) weights with it")
      }
    }
    if let last = layers.last, last.outputs != 3 {
      throw ArchitectureFault(
        layer: last.name, "the last layer gives \(last.outputs) channels, and a picture has 3")
    }
  }

  /// The word for the image whose size that of the last layer has to be.
  private var whole: String { magnification == 1 ? "photo" : "picture" }

  private func checkReductions() throws(ArchitectureFault) {
    var reduction = magnification
    for layer in layers {
      guard reduction % layer.magnification == 0 || layer.stride > 1 else {
        throw ArchitectureFault(layer: layer.name, "it makes the image larger than the \(whole)")
      }
      guard magnification == 1 || layer.stride == 1 else {
        throw ArchitectureFault(layer: layer.name, "it halves the image in a network that enlarges")
      }
      reduction = reduction * layer.stride / layer.magnification
      guard Limit.reduction.contains(reduction) else {
        throw ArchitectureFault(
          layer: layer.name,
          "it halves the image to less than 1/\(Limit.reduction.upperBound) of the \(whole)")
      }
    }
    if let last = layers.last, reduction != 1 {
      throw ArchitectureFault(
        layer: last.name,
        "the last layer gives pictures of 1/\(reduction) of the \(whole)'s height and width, expected all"
      )
    }
  }

  private func checkAddends() throws(ArchitectureFault) {
    for (number, layer) in layers.enumerated() {
      guard let name = layer.addend else { continue }
      func fault(_ reason: String) -> ArchitectureFault {
        ArchitectureFault(layer: layer.name, reason)
      }
      guard let addend = addend(ofLayer: number) else {
        throw fault(
          layers.contains { $0.name == name }
            ? "it adds “\(name)”, which does not come before it"
            : "it adds “\(name)”, and no layer has this name")
      }
      guard layer.activation == .linear else {
        throw fault("it adds “\(name)”, for which its activation has to be “linear”")
      }
      guard layers[addend].outputs == layer.outputs else {
        throw fault(
          "it gives \(layer.outputs) channels and adds the \(layers[addend].outputs) of “\(name)”")
      }
      guard reductions[addend] == reductions[number] else {
        throw fault(
          "it gives 1/\(reductions[number]) of the \(whole)'s height and width and adds the "
            + "1/\(reductions[addend]) of “\(name)”")
      }
    }
  }

  /// Finds the minimum extent from which on all padding can be made, and checks that the layers
  /// agree at all extents: at one period of those to which strides round.
  private func minimumFittingExtent() throws(ArchitectureFault) -> Int {
    let period = reductions.max() ?? 1
    guard let least = (minimumExtent...Limit.extent).first(where: { unfit(at: $0) == nil })
    else {
      throw ArchitectureFault(
        layer: unfit(at: Limit.extent).map { layers[$0].name },
        "its border is wider than what is left of a photo of \(Limit.extent) pixels")
    }
    for extent in least..<least + period {
      let extents = extents(ofPhoto: extent)
      for (number, layer) in layers.enumerated() {
        guard let addend = addend(ofLayer: number), extents[addend] != extents[number] else {
          continue
        }
        throw ArchitectureFault(
          layer: layer.name,
          "of a photo of \(extent) pixels it gives \(extents[number]) and adds the \(extents[addend]) of "
            + "“\(layers[addend].name)”")
      }
      let wanted = magnification * extent
      let isFit = magnification > 1 ? wanted...wanted : wanted...extent + period - 1
      if let last = layers.last, let end = extents.last, !isFit.contains(end) {
        throw ArchitectureFault(
          layer: last.name,
          magnification > 1
            ? "the last layer gives \(end) pixels of a photo of \(extent), expected \(wanted)"
            : "the last layer gives \(end) pixels of a photo of \(extent), expected as many, or up to "
              + "\(period - 1) more, which are cut off")
      }
    }
    return least
  }

  /// The first layer that a photo of `extent` is too small for.
  private func unfit(at extent: Int) -> Int? {
    var extent = extent
    return layers.firstIndex { layer in
      let frame = layer.frame
      let isFramed = frame.border != .mirrored || frame.padding < extent
      extent = layer.scaled(extent)
      return !isFramed || extent < 1
    }
  }
}

extension ClosedRange<Int> {
  fileprivate var text: String { "\(lowerBound) to \(upperBound)" }
}
