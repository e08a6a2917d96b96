@_exported public import ImpastoCompute
@_exported public import ImpastoImaging
@_exported public import ImpastoImporting
@_exported public import ImpastoNetworks
@_exported public import ImpastoSessions
@_exported public import ImpastoStylizing
@_exported public import ImpastoTensors
@_exported public import ImpastoTraining
