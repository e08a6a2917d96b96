import Foundation
import ImpastoModelFiles
import ImpastoTensors
import TestSupport
import Testing

@Suite struct PyTorchFileTests {
  @Test(arguments: [
    "stream.pth", "archive.pth", "stream-protocol4.pth", "archive-protocol4.pth",
  ])
  func `every type and layout is read from every form of file`(file: String) throws {
    let tensors = try PyTorchFile.read(try Fixture.path(file))
    let counting: [Float] = [0, 1, 2, 3, 4, 5]
    let halves: [Float] = [-1, -0.5, 0, 0.5, 1, 1.5]
    let base = (0..<12).map(Float.init)
    let expected: [String: (StoredScalarType, Shape, [Float])] = [
      "uint8": (.uint8, [2, 3], counting), "int8": (.int8, [2, 3], counting),
      "int16": (.int16, [2, 3], counting), "int32": (.int32, [2, 3], counting),
      "int64": (.int64, [2, 3], counting), "float16": (.float16, [2, 3], halves),
      "bfloat16": (.bfloat16, [2, 3], halves), "float32": (.float32, [2, 3], halves),
      "float64": (.float64, [2, 3], halves), "base": (.float32, [3, 4], base),
      "transposed": (.float32, [4, 3], [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]),
      "sliced": (.float32, [2, 2], [4, 6, 8, 10]),
      "bytes.transposed": (.uint8, [3, 2], [0, 3, 1, 4, 2, 5]),
      "long.permuted": (.int64, [2, 2, 2], [0, 2, 4, 6, 1, 3, 5, 7]),
      "half.permuted": (.float16, [2, 2], [0, 2, 1, 3]), "scalar": (.float32, [], [2.5]),
      "empty": (.float32, [0, 3], []), "parameter": (.float32, [2], [1, -1]),
    ]
    #expect(Set(tensors.keys) == Set(expected.keys))
    for (name, (scalarType, shape, scalars)) in expected {
      let tensor = try #require(tensors[name])
      #expect(tensor.scalarType == scalarType, "\(name)")
      #expect(tensor.shape == shape, "\(name)")
      #expect(tensor.floats() == scalars, "\(name)")
      #expect(tensor.tensor().scalars == scalars, "\(name)")
      #expect(tensor.tensor().scalarType == (scalarType == .bfloat16 ? .bfloat16 : .float32))
    }
    #expect(tensors["uint8"].map { Array($0.bytes) } == [0, 1, 2, 3, 4, 5])
  }

  @Test func `a training checkpoint gives the tensors of its state dict`() throws {
    let tensors = try PyTorchFile.read(try Fixture.path("checkpoint.pth"))
    #expect(
      Set(tensors.keys) == [
        "norm.weight", "norm.bias", "norm.running_mean", "norm.running_var",
        "norm.num_batches_tracked",
      ])
    #expect(tensors["norm.running_var"]?.floats() == [1, 1])
    #expect(tensors["norm.num_batches_tracked"]?.scalarType == .int64)
    #expect(tensors["norm.num_batches_tracked"]?.shape == [])
  }

  @Test func `parameters of the first PyTorch releases are read`() throws {
    let tensors = try PyTorchFile.read(try Fixture.path("early.pth"))
    #expect(Set(tensors.keys) == ["features.0.weight", "features.0.bias"])
    #expect(tensors["features.0.weight"]?.shape == [2, 2])
    #expect(tensors["features.0.weight"]?.floats() == [0, 1, 2, 3])
    #expect(tensors["features.0.bias"]?.floats() == [0.5, -0.5])
  }

  @Test func `tensors of nested dictionaries get dotted names`() throws {
    let tensors = try PyTorchFile.read(try Fixture.path("nested.pth"))
    #expect(Set(tensors.keys) == ["generator.weight", "generator.moments.0"])
    #expect(tensors["generator.weight"]?.floats() == [1, 1])
  }

  @Test func `what DataParallel and a key called model put around the tensors is left out`() throws
  {
    let tensor = PyTorchStream.tensor(
      PyTorchStream.storage("7", count: 1), shape: [1], strides: [1])
    let state = PyTorchStream.dictionary([("module.a", tensor), ("module.b.c", tensor)])
    let wrapped = PyTorchStream.dictionary([("epoch", [0x4B, 3]), ("model", state)])
    for object in [state, wrapped] {
      let bytes = PyTorchStream.bytes(
        object, storages: [(key: "7", count: 1, bytes: [0, 0, 0x20, 0x40])])
      #expect(try PyTorchFile.read(bytes, name: "w.pth").keys.sorted() == ["a", "b.c"])
    }
  }
}
