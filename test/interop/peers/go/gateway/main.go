// A real grpc-gateway in front of the example services, with the code that its generator makes of proto-examples.
// Usage: gateway PORT UPSTREAM
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"peers/gen/inference"
	"peers/gen/kinds"
	"peers/gen/library"
	"peers/gen/orders"
	"peers/gen/payments"
	"peers/gen/users"
	"peers/gen/userservice"
)

func main() {
	port, upstream := os.Args[1], os.Args[2]
	mux := runtime.NewServeMux()
	options := []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}
	for _, register := range []func(context.Context, *runtime.ServeMux, string, []grpc.DialOption) error{
		inference.RegisterInferenceServiceHandlerFromEndpoint,
		kinds.RegisterKindsServiceHandlerFromEndpoint,
		library.RegisterLibraryServiceHandlerFromEndpoint,
		orders.RegisterOrderServiceHandlerFromEndpoint,
		payments.RegisterPaymentServiceHandlerFromEndpoint,
		users.RegisterUserServiceHandlerFromEndpoint,
		userservice.RegisterUserServiceHandlerFromEndpoint,
	} {
		if err := register(context.Background(), mux, upstream, options); err != nil {
			log.Fatal(err)
		}
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, mux))
}
