import CLinux
import OpenID
import Values

// Times the verification of ID tokens with keys that are known: scripts/bench/id-token.

let keyText = """
    {"keys":[{"alg":"RS256","e":"AQAB","kid":"rs256","kty":"RSA","n":"3Iy7k2HJfOP-hp\
    ZNiQLjfuOUlwFV-7xtuqdJgo9g3IaSysCAX3cOTC8rF9Sjt4nmjd5ZgtEM-g68HSRLSZMXQocRK2tEcD\
    5FlkfG7snCP2ZxILy7P_6N4DooItGBvULR_dyRCtZ0QFo7KhiBOki8PyxQ5xg8D-tOLpH-7P6SUJrNSE\
    wCQBcRQr-Kz5mpMiL5z6OJ4h2BUZcrvz2vRvq6U7Q6CXcbouw7mcWWZgvy1iOg6R3-PJkkbr6N9bfdYC\
    F0Vw_wE5WScpFeXEIfeKQ6vS8uPRvV_BagdSnG7ykLAAyOEDtTXvLrNo1rVYx92yjY93ddeOy2d343KP\
    NBlBuZzw","use":"sig"},{"alg":"ES256","crv":"P-256","kid":"es256","kty":"EC","us\
    e":"sig","x":"EVDyCASArWsbCianrygpEMFNBYhDzE55ei6JyZdD3RY","y":"MNnvxAGzj3AffCXe\
    rJFzmDX0aeSu_w4GKxG2ojBqbG4"}]}
    """
let tokens = [
    (
        "RS256",
        """
        eyJhbGciOiAiUlMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAicnMyNTYifQ.eyJpc3MiOiJodHRwc\
        zovL2xvZ2luLmV4YW1wbGUuY29tL3RlbmFudCIsImF1ZCI6ImNvdXJ0eWFyZCIsInN1YiI6IjI0ODI4O\
        Tc2MTAwMSIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiaWF0IjoxNzkwMDAwMDAwLCJleHAiOjE3OTAwM\
        DAzMDAsImF0X2hhc2giOiI3N1FtVVB0alBmeld0RjJBbnBLOVJRIiwiZW1haWwiOiJhbm5AZXhhbXBsZ\
        S5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZSwibmFtZSI6IkFubiBFeGFtcGxlIiwic2lkIjoiMGQyZ\
        jdkM2UtNWYxZS00ZjVjLWExYzUtM2Y2YWQ0ZDJiMWE5IiwiYXV0aF90aW1lIjoxNzkwMDAwMDAwLCJhY\
        3IiOiJ1cm46ZXhhbXBsZTpnb2xkIiwiYW1yIjpbInB3ZCIsIm90cCJdfQ.Yjxp17hOMii7-QpxCvuYCd\
        cXYVYj7ExfaO__RbcaQZF78bSuLB7fj3eRXRqEI1IxQknssKf1x_rULaPnDHYQkG7Gf3N_1uggTPsnqp\
        0nQpJcIJjxWZ1b_oSmioTXVbNDCUENsmlMx1cPlTw8yiGUAoPAn2wsaEjppxqiTsEXIARu1HRtfOv5RU\
        bGVGosktsGB8XIyvKUHy0Qy_xRAJYoWE6KGY6RYgPpKTjcL9SFodfnbEsrcUShn2uaJlcOu1yxVvSYzl\
        HiPlDNb9uEfWIWCsIFdNh7ikYM7t7xC-_nX2EQ4hOOjcvbPeRYz0wqKl4595ZLqo58rLms6y6nXinJFA
        """
    ),
    (
        "ES256",
        """
        eyJhbGciOiAiRVMyNTYiLCAidHlwIjogIkpXVCIsICJraWQiOiAiZXMyNTYifQ.eyJpc3MiOiJodHRwc\
        zovL2xvZ2luLmV4YW1wbGUuY29tL3RlbmFudCIsImF1ZCI6ImNvdXJ0eWFyZCIsInN1YiI6IjI0ODI4O\
        Tc2MTAwMSIsIm5vbmNlIjoibi0wUzZfV3pBMk1qIiwiaWF0IjoxNzkwMDAwMDAwLCJleHAiOjE3OTAwM\
        DAzMDAsImF0X2hhc2giOiI3N1FtVVB0alBmeld0RjJBbnBLOVJRIiwiZW1haWwiOiJhbm5AZXhhbXBsZ\
        S5jb20iLCJlbWFpbF92ZXJpZmllZCI6dHJ1ZSwibmFtZSI6IkFubiBFeGFtcGxlIiwic2lkIjoiMGQyZ\
        jdkM2UtNWYxZS00ZjVjLWExYzUtM2Y2YWQ0ZDJiMWE5IiwiYXV0aF90aW1lIjoxNzkwMDAwMDAwLCJhY\
        3IiOiJ1cm46ZXhhbXBsZTpnb2xkIiwiYW1yIjpbInB3ZCIsIm90cCJdfQ.PQlApnjh62MWF_JmSryuSY\
        -tCvUR0PB02frtN_Suy2z2WN6rza9AqkuTAbrTa_5jqTs1UDji44ASKnBf56-gTA
        """
    ),
]

var expected = IDToken.Expectation(
    issuer: "https://login.example.com/tenant", clientID: "courtyard", nonce: "n-0S6_WzA2Mj",
    now: Instant(microseconds: 1_790_000_001_000_000),
    startedAt: Instant(microseconds: 1_789_999_990_000_000))
expected.accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
guard let keys = JSONWebKeySet(Array(keyText.utf8)) else { fatalError("no keys") }
let rounds = 5_000

for (algorithm, token) in tokens {
    var best = Int64.max
    for _ in 0..<5 {
        let start = courtyard_monotonic_nanoseconds()
        for _ in 0..<rounds { _ = try IDToken.verify(token, keys: keys, expected) }
        best = min(best, courtyard_monotonic_nanoseconds() - start)
    }
    let tenths = best / Int64(rounds) / 100
    puts("\(algorithm): \(tenths / 10).\(tenths % 10) us a token")
}
