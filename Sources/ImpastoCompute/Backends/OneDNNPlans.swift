import Synchronization

/// The plans made so far, for any number of threads.
final class OneDNNPlans: Sendable {
  private static let most = 512
  private let plans = Mutex<[OneDNNPlanKey: OneDNNPlan]>([:])

  /// The plan of `key`, made at its first use.
  subscript(key: OneDNNPlanKey) -> OneDNNPlan {
    plans.withLock { plans in
      if let plan = plans[key] { return plan }
      // Pictures of ever new sizes must not pile plans up; making those in use again is cheap.
      if plans.count >= Self.most { plans = [:] }
      let plan = OneDNNPlan(key)
      plans[key] = plan
      return plan
    }
  }
}
