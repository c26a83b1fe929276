//! Accepts connections until it is told to stop, then lets the requests in flight end.

use std::{io, net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinError,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::Settings;

/// How long to wait when the system has no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves HTTP/1.1 until `shutdown` is cancelled. Idle connections are then closed at once, and requests in flight get the
/// settings' grace to end. A change is made to its end also when the one who asked for it goes away: half a checkout would leave an
/// order that nobody paid, and its key to whoever asks again.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: &Settings,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let changes = TaskTracker::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(settings.header_timeout)
        .keep_alive(true);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => spawn(&http, &graceful, &changes, router.clone(), stream, peer),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    changes.close();
    let ended = async {
        graceful.shutdown().await;
        changes.wait().await;
    };
    if tokio::time::timeout(settings.shutdown_grace, ended).await.is_err() {
        tracing::warn!("requests were still running at the end of the grace and were cut off");
    }
    Ok(())
}

fn spawn(
    http: &http1::Builder,
    graceful: &GracefulShutdown,
    changes: &TaskTracker,
    router: Router,
    stream: TcpStream,
    peer: SocketAddr,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection cannot send small answers at once");
    }
    let changes = changes.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let change = (!request.method().is_safe()).then(|| changes.clone());
        let answering = router.clone().oneshot(request);
        async move {
            let Ok(answer) = match change {
                Some(changes) => changes.spawn(answering).await?,
                None => answering.await,
            };
            Ok::<_, JoinError>(answer)
        }
    });
    let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}
