//! Accepts connections, speaks TLS where it is configured, and stops without losing a request in flight. Whoever connects
//! and says nothing is let go, and takes no more than a share of the places meanwhile.

pub mod pace;
pub mod places;

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::body::Incoming;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::conn::auto::Builder;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::Service;

use self::pace::Pace;
use self::pace::Patience;
use self::places::Limits;
use self::places::Place;
use self::places::Places;
use super::extract::visitor::Peer;
use crate::telemetry::metrics::Metrics;

/// What a listener needs to know.
pub struct Options {
    /// Speaks TLS, where there is one.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// How many connections at once, and for whom.
    pub limits: Limits,
    /// How long a peer may take.
    pub patience: Patience,
    /// How long a stop waits for requests in flight.
    pub drain: Duration,
    /// Where connections are counted.
    pub metrics: Arc<Metrics>,
}

/// After a farewell a peer has so long to close by itself.
const FAREWELL: Duration = Duration::from_secs(1);
/// Refused connections are told of so often at most: strangers choose how many there are.
const QUIET: Duration = Duration::from_secs(60);
/// The library's own limits stand above ours, so that our text is seen.
const HEADER_BYTES: usize = 64 * 1024;
const HEADER_COUNT: usize = 512;

/// Serves `router` until `stop`, then lets requests in flight finish.
pub async fn serve(listener: TcpListener, router: Router, options: Options, stop: CancellationToken) {
    let whole = Arc::new(Semaphore::new(usize::try_from(options.limits.all).unwrap_or(usize::MAX)));
    let places = Arc::new(Places::new(options.limits.clone()));
    let mut connections = JoinSet::new();
    let mut told_at: Option<Instant> = None;
    loop {
        let next = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            next = accept(&listener, &whole) => next,
        };
        while connections.try_join_next().is_some() {}
        let Some((stream, peer, permit)) = next else { continue };
        let Some(place) = places.take(peer.ip()) else {
            options.metrics.connection_refused();
            if told_at.is_none_or(|at| at + QUIET <= Instant::now()) {
                told_at = Some(Instant::now());
                tracing::warn!(target: "motcua::http", %peer, "an address or a network has all connections that it may have");
            }
            continue;
        };
        let connection = Connection {
            router: router.clone(),
            peer,
            patience: options.patience,
            stop: stop.clone(),
            metrics: Arc::clone(&options.metrics),
            _place: (permit, place),
        };
        connections.spawn(connection.run(stream, options.tls.clone().map(TlsAcceptor::from)));
    }
    drop(listener);
    let finished = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(options.drain, finished).await.is_err() {
        tracing::warn!(target: "motcua::http", "requests in flight were given up after the drain time");
    }
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    whole: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(whole).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, permit)),
        Err(error) => {
            // Out of file descriptors, for instance: connections that end make room.
            tracing::warn!(target: "motcua::http", %error, "a connection was not accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}

struct Connection {
    router: Router,
    peer: SocketAddr,
    patience: Patience,
    stop: CancellationToken,
    metrics: Arc<Metrics>,
    _place: (OwnedSemaphorePermit, Place),
}

impl Connection {
    async fn run(self, stream: TcpStream, acceptor: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        let _counted = Counted::new(&self.metrics);
        let Some(acceptor) = acceptor else { return self.speak(stream).await };
        let handshake = tokio::time::timeout(self.patience.head, acceptor.accept(stream));
        let shaken = tokio::select! {
            () = self.stop.cancelled() => return,
            shaken = handshake => shaken,
        };
        match shaken {
            Ok(Ok(stream)) => self.speak(stream).await,
            Ok(Err(error)) => tracing::debug!(target: "motcua::tls", %error, "a handshake failed"),
            Err(_) => tracing::debug!(target: "motcua::tls", "a handshake took too long"),
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let pace = Pace::new(self.patience);
        let (router, peer, paced) = (self.router, Peer(self.peer), Arc::clone(&pace));
        let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let (running, answer) = (paced.begin(), router.clone().call(request));
            async move {
                let answer = answer.await;
                drop(running);
                answer
            }
        });
        let builder = builder(self.patience);
        let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = pace.too_slow() => None,
            () = self.stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = connection.as_mut() => Some(ended),
                    () = pace.too_slow() => None,
                }
            }
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                tracing::debug!(target: "motcua::http", peer = %self.peer, "a connection was idle for too long");
                connection.as_mut().graceful_shutdown();
                tokio::time::timeout(FAREWELL, connection).await.unwrap_or(Ok(()))
            }
        };
        if let Err(error) = ended {
            tracing::debug!(target: "motcua::http", %error, "a connection ended early");
        }
    }
}

fn builder(patience: Patience) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADER_COUNT);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADER_BYTES as u32)
        .keep_alive_interval(Duration::from_secs(30))
        .max_concurrent_streams(256);
    builder
}

/// A connection in the count of open ones, however its task ends.
struct Counted(Arc<Metrics>);

impl Counted {
    fn new(metrics: &Arc<Metrics>) -> Self {
        metrics.connected();
        Self(Arc::clone(metrics))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.disconnected();
    }
}
