import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.TlsServerCredentials;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.File;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/**
 * grpc-java's own interop TestService, with health and both reflection versions.
 * Usage: java -cp 'FOLDER/*' InteropServer PORT [CERT KEY [CLIENT_CA]]
 */
public final class InteropServer {
  private InteropServer() {}

  public static void main(String[] words) throws Exception {
    HealthStatusManager health = new HealthStatusManager();
    health.setStatus("grpc.testing.TestService", ServingStatus.SERVING);
    TestServiceImpl tester = new TestServiceImpl(Executors.newScheduledThreadPool(4));
    NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), credentials(words))
        .addService(ServerInterceptors.intercept(tester, TestServiceImpl.interceptors()))
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(ProtoReflectionService.newInstance())
        .build()
        .start()
        .awaitTermination();
  }

  private static ServerCredentials credentials(String[] words) throws Exception {
    if (words.length < 3) return InsecureServerCredentials.create();
    TlsServerCredentials.Builder tls =
        TlsServerCredentials.newBuilder().keyManager(new File(words[1]), new File(words[2]));
    if (words.length > 3) {
      tls.trustManager(new File(words[3])).clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
    }
    return tls.build();
  }
}
