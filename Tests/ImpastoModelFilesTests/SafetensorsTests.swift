import Foundation
import ImpastoFiles
import ImpastoModelFiles
import ImpastoTensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  private let halves: [Float] = [-1, -0.5, 0, 0.5, 1, 1.5]

  @Test func `files of the Python package are read in every type that tensors have`() throws {
    let contents = try Safetensors.read(try Fixture.path("types.safetensors"))
    #expect(contents.metadata == ["format": "pt", "year": "c. 1831"])
    #expect(Set(contents.tensors.keys) == ["f16", "bf16", "f32", "f64"])
    for (name, tensor) in contents.tensors {
      #expect(tensor.scalarType == (name == "bf16" ? .bfloat16 : .float32))
      #expect(tensor.shape == [2, 3])
      #expect(tensor.scalars == halves)
    }
  }

  @Test func `the bytes written are those of the Python package`() throws {
    let contents = NamedTensors(
      tensors: [
        "a.odd": Tensor([1.5, -2, 3], shape: [3], .bfloat16),
        "b \"quoted\\\" ü": Tensor(halves, shape: [2, 3]),
        "c": Tensor([2.5], shape: []),
        "d": Tensor([], shape: [0, 3]),
        "e": Tensor(halves, shape: [2, 3], .bfloat16),
      ],
      metadata: ["title": "Die große Welle\n\"神奈川\" 🌊"])
    let folder = try TemporaryFolder()
    try Safetensors.write(contents, to: folder.file("ours.safetensors"))
    let ours = try Data(contentsOf: URL(fileURLWithPath: folder.file("ours.safetensors")))
    #expect(try ours == Fixture.bytes("written.safetensors"))
  }

  @Test func `what is written is read back the same`() throws {
    var source = RandomSource(seed: 7)
    var contents = NamedTensors()
    for index in 0..<20 {
      let shape = Shape([index % 4, 3, index % 5 + 1])
      let scalars = (0..<shape.count).map { _ in source.normal() }
      contents.tensors["layer\(index).weight"] =
        Tensor(scalars, shape: shape, index.isMultiple(of: 3) ? .bfloat16 : .float32)
      contents.metadata["fact \(index)"] = "line\r\n\tand \u{1} control \u{8}\u{C} \(index)/\\"
    }
    let folder = try TemporaryFolder()
    try Safetensors.write(contents, to: folder.file("a.safetensors"))
    let copy = try Safetensors.read(folder.file("a.safetensors"))
    #expect(copy.metadata == contents.metadata)
    #expect(Set(copy.tensors.keys) == Set(contents.tensors.keys))
    for (name, tensor) in contents.tensors {
      let read = try #require(copy.tensors[name])
      #expect(read.shape == tensor.shape)
      #expect(read.scalarType == tensor.scalarType)
      #expect(read.scalars == tensor.scalars)
    }
  }

  @Test func `half precision is written where asked for, rounded to the nearest`() throws {
    var contents = NamedTensors(
      tensors: [
        "a": Tensor([1.0004, -65504, 6e-8, 0.1], shape: [2, 2]),
        "b": Tensor([1.0004], shape: [1]), "c": Tensor([1.0004], shape: [1], .bfloat16),
      ])
    contents.halfPrecision = ["a", "c"]
    let folder = try TemporaryFolder()
    try Safetensors.write(contents, to: folder.file("a"))
    let text = String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file("a"))), as: UTF8.self)
    #expect(text.contains(#""a":{"dtype":"F16","shape":[2,2],"data_offsets":[4,12]}"#))
    #expect(text.contains(#""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#))
    #expect(text.contains(#""c":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]}"#))
    let copy = try Safetensors.read(folder.file("a"))
    let a = try #require(copy.tensors["a"])
    #expect(a.scalarType == .float32 && a.shape == [2, 2])
    #expect(a.scalars == [1, -65504, 0x1p-24, 0x1.998p-4])
    #expect(copy.tensors["b"]?.scalars == [1.0004])
  }

  @Test func `numbers that are not finite pass through unchanged`() throws {
    let bits: [UInt32] = [0x7F80_0000, 0xFF80_0000, 0x7FC0_0001, 0xFFC0_1234, 0x8000_0000, 1]
    let scalars = bits.map(Float.init(bitPattern:))
    let contents = NamedTensors(tensors: ["x": Tensor(scalars, shape: [6])])
    let folder = try TemporaryFolder()
    try Safetensors.write(contents, to: folder.file("a.safetensors"))
    let copy = try #require(try Safetensors.read(folder.file("a.safetensors")).tensors["x"])
    #expect(copy.scalars.map(\.bitPattern) == bits)
  }

  @Test func `the same contents always give the same bytes`() throws {
    let folder = try TemporaryFolder()
    let names = (0..<50).map { "tensor \($0)" }
    for (file, names) in [("a", names), ("b", names.reversed())] {
      var contents = NamedTensors()
      for name in names {
        contents.tensors[name] = Tensor([1], shape: [1])
        contents.metadata[name] = name
      }
      try Safetensors.write(contents, to: folder.file(file))
    }
    #expect(FileManager.default.contentsEqual(atPath: folder.file("a"), andPath: folder.file("b")))
  }

  @Test func `a file without tensors is read and written`() throws {
    let folder = try TemporaryFolder()
    try Safetensors.write(NamedTensors(), to: folder.file("none.safetensors"))
    let contents = try Safetensors.read(folder.file("none.safetensors"))
    #expect(contents.tensors.isEmpty)
    #expect(contents.metadata.isEmpty)
  }

  @Test func `a tensor cannot have the name of the metadata, and the old file survives`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.safetensors")
    try Safetensors.write(NamedTensors(metadata: ["version": "1"]), to: path)
    let bad = NamedTensors(tensors: ["__metadata__": Tensor([1], shape: [1])])
    let error = #expect(throws: ModelFileError.self) { try Safetensors.write(bad, to: path) }
    #expect(
      error?.description
        == "\(path): '__metadata__' is the name of the metadata; give the tensor another")
    #expect(try Safetensors.read(path).metadata == ["version": "1"])
    #expect(folder.names == ["model.safetensors"])
  }

  @Test func `a full disk is told with the file's name`() throws {
    // The device refuses every write as a full disk does, but is no file to replace.
    let error = #expect(throws: ModelFileError.self) {
      try Safetensors.write(NamedTensors(), to: "/dev/full")
    }
    #expect(error?.description.hasPrefix("/dev/full: ") == true)
  }

  @Test func `a missing file is told by name`() {
    let path = "nowhere/a.safetensors"
    let error = #expect(throws: ModelFileError.self) { try Safetensors.read(path) }
    #expect(error == .file(.missing(path: path)))
    #expect(error?.errorDescription == error?.description)
  }
}
