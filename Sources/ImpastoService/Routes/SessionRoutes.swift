import Hummingbird

/// The exchange of the token for a cookie, so that the token is in no later request of a browser.
struct SessionRoutes: Sendable {
  /// Nil where the service asks for no token.
  let access: AccessGuard?

  private struct Credentials: Decodable {
    let token: String
  }

  var routes: [Route] {
    [
      .post("/api/v1/session") { request, _ in
        let credentials = try await JSONBody.decode(Credentials.self, from: request)
        guard let access else { return Response(status: .noContent) }
        guard AccessGuard.isEqual(credentials.token, access.token) else {
          throw ServiceError.noToken
        }
        var response = Response(status: .noContent)
        response.setCookie(
          Cookie(
            name: AccessGuard.cookie, value: access.session, path: "/", httpOnly: true,
            sameSite: .strict))
        return response
      }
    ]
  }
}
