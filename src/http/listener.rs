//! Accepts connections, speaks TLS where it is configured, and stops without losing a request in flight.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::extract::visitor::Peer;
use crate::telemetry::metrics::Metrics;

/// What a listener needs to know.
pub struct Options {
    /// Speaks TLS, where there is one.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The most connections at once.
    pub connections: u32,
    /// How long a stop waits for requests in flight.
    pub drain: Duration,
    /// Where connections are counted.
    pub metrics: Arc<Metrics>,
}

/// A client that needs longer for its headers, or for its handshake, is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
/// The library's own limits stand above ours, so that our text is seen.
const HEADER_BYTES: usize = 64 * 1024;
const HEADER_COUNT: usize = 512;

/// Serves `router` until `stop`, then lets requests in flight finish.
pub async fn serve(listener: TcpListener, router: Router, options: Options, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(usize::try_from(options.connections).unwrap_or(usize::MAX)));
    let graceful = GracefulShutdown::new();
    let acceptor = options.tls.clone().map(TlsAcceptor::from);
    let mut handshakes = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, for instance: connections that end make room.
                tracing::warn!(target: "motcua::http", %error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = Connection {
            router: router.clone(),
            peer,
            watcher: graceful.watcher(),
            metrics: Arc::clone(&options.metrics),
            _place: place,
        };
        handshakes.spawn(connection.run(stream, acceptor.clone()));
        while handshakes.try_join_next().is_some() {}
    }
    drop(listener);
    let finished = async {
        graceful.shutdown().await;
        handshakes.join_all().await;
    };
    if tokio::time::timeout(options.drain, finished).await.is_err() {
        tracing::warn!(target: "motcua::http", "requests in flight were given up after the drain time");
    }
}

struct Connection {
    router: Router,
    peer: SocketAddr,
    watcher: hyper_util::server::graceful::Watcher,
    metrics: Arc<Metrics>,
    _place: tokio::sync::OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        self.metrics.connected();
        let metrics = Arc::clone(&self.metrics);
        match acceptor {
            None => self.speak(stream).await,
            Some(acceptor) => match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream).await,
                Ok(Err(error)) => tracing::debug!(target: "motcua::tls", %error, "a handshake failed"),
                Err(_) => tracing::debug!(target: "motcua::tls", "a handshake took too long"),
            },
        }
        metrics.disconnected();
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let (router, peer) = (self.router, Peer(self.peer));
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.clone().call(request)
        });
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(HEADER_BYTES)
            .max_headers(HEADER_COUNT);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(HEADER_BYTES as u32)
            .keep_alive_interval(Duration::from_secs(30))
            .max_concurrent_streams(256);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection.into_owned()).await {
            tracing::debug!(target: "motcua::http", %error, "a connection ended early");
        }
    }
}
