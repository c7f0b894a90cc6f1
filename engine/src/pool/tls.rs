//! TLS for the driver, by rustls: whose certificates are believed, and what `sslmode` means.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::Socket;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Error;

/// Makes TLS connections, where `sslmode` and the server agree to have one.
#[derive(Clone)]
pub(super) struct Tls(MakeRustlsConnect);

/// An encrypted connection.
pub(super) type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

impl Tls {
    /// TLS as [`Settings::url`](super::Settings::url) describes it.
    pub(super) fn new(mode: SslMode, ca_file: Option<&Path>) -> Result<Tls, Error> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Settings { setting: "url", reason: error.to_string() })?;
        let builder = match ca_file {
            Some(file) => builder.with_root_certificates(authorities(file)?),
            None if mode == SslMode::Require => builder.with_root_certificates(system_roots()),
            // With `prefer` whoever can pose as the server can as well refuse TLS, so a check would only keep
            // honest servers with a certificate of their own making, the default of distributions, from being used.
            None => builder.dangerous().with_custom_certificate_verifier(Arc::new(Unverified(provider))),
        };
        Ok(Tls(MakeRustlsConnect::new(builder.with_no_client_auth())))
    }
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = Stream;
    type TlsConnect = <MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        // The driver asks for every connection, with an empty name for a UNIX socket, where Postgres never offers TLS.
        let host = if host.is_empty() { "localhost" } else { host };
        MakeTlsConnect::<Socket>::make_tls_connect(&mut self.0, host)
    }
}

/// What to do about a certificate that was not believed; empty for all other errors.
pub(super) fn advice(error: &tokio_postgres::Error) -> &'static str {
    let cause = std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<io::Error>())
        .and_then(|error| error.get_ref())
        .and_then(|error| error.downcast_ref::<rustls::Error>());
    match cause {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "; set `ca_file` to the certificate of the authority that signed the server's, \
             and connect by the name in it"
        }
        _ => "",
    }
}

fn authorities(file: &Path) -> Result<RootCertStore, Error> {
    let wrong = |reason: String| Error::Settings {
        setting: "ca_file",
        reason: format!("`{}`: {reason}", file.display()),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("there is no certificate in it".into()));
    }
    Ok(roots)
}

fn system_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "some certificates of the system could not be read");
    }
    let mut roots = RootCertStore::empty();
    // Systems ship certificates that rustls does not understand; no connection needs those.
    roots.add_parsable_certificates(found.certs);
    roots
}

/// Believes every certificate; signatures are still checked, so that the encryption is sound.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
