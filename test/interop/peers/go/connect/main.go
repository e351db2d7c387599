// A server of connect-go in front of any gRPC server: every method of a descriptor set, over Connect, gRPC and gRPC-Web.
// Usage: connect PORT UPSTREAM DESCRIPTOR_SET
package main

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"connectrpc.com/connect"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

type message = dynamicpb.Message

func main() {
	port, upstream, path := os.Args[1], os.Args[2], os.Args[3]
	bytes, err := os.ReadFile(path)
	check(err)
	set := &descriptorpb.FileDescriptorSet{}
	check(proto.Unmarshal(bytes, set))
	files, err := protodesc.NewFiles(set)
	check(err)
	backend, err := grpc.NewClient(upstream, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	mux := http.NewServeMux()
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		know(file.Messages(), file.Extensions())
		register(mux, backend, file)
		return true
	})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Addr: "127.0.0.1:" + port, Handler: mux, Protocols: protocols}
	check(server.ListenAndServe())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Makes the types of the descriptor set known to the codecs: Any and extensions ask for them. What is compiled in stays.
func know(messages protoreflect.MessageDescriptors, extensions protoreflect.ExtensionDescriptors) {
	types := protoregistry.GlobalTypes
	for at := range extensions.Len() {
		each := extensions.Get(at)
		if _, err := types.FindExtensionByName(each.FullName()); err != nil {
			check(types.RegisterExtension(dynamicpb.NewExtensionType(each)))
		}
	}
	for at := range messages.Len() {
		each := messages.Get(at)
		if _, err := types.FindMessageByName(each.FullName()); err != nil && !each.IsMapEntry() {
			check(types.RegisterMessage(dynamicpb.NewMessageType(each)))
		}
		know(each.Messages(), each.Extensions())
	}
}

func register(mux *http.ServeMux, backend *grpc.ClientConn, file protoreflect.FileDescriptor) {
	for s := range file.Services().Len() {
		methods := file.Services().Get(s).Methods()
		for m := range methods.Len() {
			proxy := &proxy{backend: backend, method: methods.Get(m)}
			proxy.path = "/" + string(proxy.method.Parent().FullName()) + "/" + string(proxy.method.Name())
			mux.Handle(proxy.path, proxy.handler())
		}
	}
}

type proxy struct {
	backend *grpc.ClientConn
	method  protoreflect.MethodDescriptor
	path    string
}

func (p *proxy) handler() http.Handler {
	options := []connect.HandlerOption{
		connect.WithSchema(p.method),
		connect.WithRequestInitializer(func(_ connect.Spec, request any) error {
			if into, ok := request.(*message); ok {
				*into = *dynamicpb.NewMessage(p.method.Input())
			}
			return nil
		}),
	}
	if level, _ := p.method.Options().(*descriptorpb.MethodOptions); level.GetIdempotencyLevel() ==
		descriptorpb.MethodOptions_NO_SIDE_EFFECTS {
		options = append(options, connect.WithIdempotency(connect.IdempotencyNoSideEffects))
	}
	switch {
	case p.method.IsStreamingClient() && p.method.IsStreamingServer():
		return connect.NewBidiStreamHandler(p.path, p.bidi, options...)
	case p.method.IsStreamingClient():
		return connect.NewClientStreamHandler(p.path, p.upload, options...)
	case p.method.IsStreamingServer():
		return connect.NewServerStreamHandler(p.path, p.stream, options...)
	}
	return connect.NewUnaryHandler(p.path, p.unary, options...)
}

func (p *proxy) unary(ctx context.Context, request *connect.Request[message]) (*connect.Response[message], error) {
	answer := dynamicpb.NewMessage(p.method.Output())
	var headers, trailers metadata.MD
	err := p.backend.Invoke(forward(ctx, request.Header()), p.path, request.Msg, answer,
		grpc.Header(&headers), grpc.Trailer(&trailers))
	if err != nil {
		return nil, translated(err)
	}
	response := connect.NewResponse(answer)
	copyInto(response.Header(), headers)
	copyInto(response.Trailer(), trailers)
	return response, nil
}

func (p *proxy) open(ctx context.Context, headers http.Header) (grpc.ClientStream, error) {
	description := &grpc.StreamDesc{ClientStreams: p.method.IsStreamingClient(), ServerStreams: p.method.IsStreamingServer()}
	return p.backend.NewStream(forward(ctx, headers), description, p.path)
}

func (p *proxy) stream(ctx context.Context, request *connect.Request[message], out *connect.ServerStream[message]) error {
	stream, err := p.open(ctx, request.Header())
	if err != nil {
		return translated(err)
	}
	if err := stream.SendMsg(request.Msg); err != nil {
		return translated(err)
	}
	if err := stream.CloseSend(); err != nil {
		return translated(err)
	}
	return p.receive(stream, out.Send)
}

func (p *proxy) receive(stream grpc.ClientStream, send func(*message) error) error {
	for {
		answer := dynamicpb.NewMessage(p.method.Output())
		if err := stream.RecvMsg(answer); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return translated(err)
		}
		if err := send(answer); err != nil {
			return err
		}
	}
}

func (p *proxy) upload(ctx context.Context, in *connect.ClientStream[message]) (*connect.Response[message], error) {
	stream, err := p.open(ctx, in.RequestHeader())
	if err != nil {
		return nil, translated(err)
	}
	// A backend that has ended already says why in its answer, not in what sending returns.
	for in.Receive() && stream.SendMsg(in.Msg()) == nil {
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	stream.CloseSend()
	answer := dynamicpb.NewMessage(p.method.Output())
	if err := stream.RecvMsg(answer); err != nil {
		return nil, translated(err)
	}
	return connect.NewResponse(answer), nil
}

func (p *proxy) bidi(ctx context.Context, both *connect.BidiStream[message, message]) error {
	stream, err := p.open(ctx, both.RequestHeader())
	if err != nil {
		return translated(err)
	}
	go func() {
		defer stream.CloseSend()
		for {
			request, err := both.Receive()
			if err != nil || stream.SendMsg(request) != nil {
				return
			}
		}
	}()
	return p.receive(stream, both.Send)
}

// The headers of the client that are the application's.
func forward(ctx context.Context, headers http.Header) context.Context {
	pairs := metadata.MD{}
	for name, values := range headers {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-") || name == "authorization" {
			pairs[name] = values
		}
		if strings.HasSuffix(name, "-bin") {
			for _, value := range values {
				if bytes, err := connect.DecodeBinaryHeader(value); err == nil {
					pairs[name] = append(pairs[name], string(bytes))
				}
			}
		}
	}
	return metadata.NewOutgoingContext(ctx, pairs)
}

func copyInto(headers http.Header, pairs metadata.MD) {
	for name, values := range pairs {
		if name == "content-type" || strings.HasPrefix(name, ":") || strings.HasPrefix(name, "grpc-") {
			continue
		}
		for _, value := range values {
			if strings.HasSuffix(name, "-bin") {
				value = connect.EncodeBinaryHeader([]byte(value))
			}
			headers.Add(name, value)
		}
	}
}

func translated(err error) error {
	from := status.Convert(err)
	to := connect.NewError(connect.Code(from.Code()), errors.New(from.Message()))
	for _, detail := range from.Proto().GetDetails() {
		if known, err := connect.NewErrorDetail(detail); err == nil {
			to.AddDetail(known)
		}
	}
	return to
}
