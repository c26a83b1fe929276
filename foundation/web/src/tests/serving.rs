//! Real connections: an answer that was begun is finished when the program stops, a change also when its caller goes away.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::harness::App;
use crate::{Settings, serve};

async fn send(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: shop.example\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Where it listens, what stops it, and its end.
async fn served(app: &App) -> (SocketAddr, CancellationToken, JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let (router, token) = (app.router(), stop.clone());
    let settings = Settings {
        shutdown_grace: Duration::from_secs(3_600),
        ..Settings::default()
    };
    let server = tokio::spawn(async move { serve(listener, router, &settings, token).await });
    (address, stop, server)
}

#[tokio::test]
async fn a_request_in_flight_ends_and_an_idle_connection_is_closed() {
    let app = App::new();
    let (address, stop, server) = served(&app).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    send(&mut idle, "/healthz").await;
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let mut busy = TcpStream::connect(address).await.unwrap();
    send(&mut busy, "/waits").await;
    app.gate().arrived.notified().await;
    stop.cancel();
    app.gate().open.notify_one();
    let mut answer = String::new();
    busy.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.contains("waited"),
        "{answer}"
    );
    server.await.unwrap().unwrap();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn a_change_is_made_to_its_end_although_its_caller_went_away() {
    let app = App::new();
    let (address, stop, server) = served(&app).await;
    let mut caller = TcpStream::connect(address).await.unwrap();
    let request = "POST /waits HTTP/1.1\r\nHost: shop.example\r\nContent-Length: 0\r\n\r\n";
    caller.write_all(request.as_bytes()).await.unwrap();
    app.gate().arrived.notified().await;
    // The server has seen that the caller is gone once it closed its side too.
    caller.shutdown().await.unwrap();
    let mut nothing = Vec::new();
    caller.read_to_end(&mut nothing).await.unwrap();
    assert!(nothing.is_empty(), "{nothing:?}");
    // The program does not end before the change has.
    stop.cancel();
    app.gate().open.notify_one();
    app.gate().left.notified().await;
    server.await.unwrap().unwrap();
}
