// Makes the types and the descriptor set of the interop services; needs protoc.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?);
    tonic_prost_build::configure()
        .file_descriptor_set_path(out.join("test.binpb"))
        .compile_protos(&["../../grpc-testing/test.proto"], &["../../grpc-testing"])?;
    Ok(())
}
