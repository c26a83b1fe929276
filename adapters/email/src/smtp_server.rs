//! A mail server for tests, on the loopback interface: takes mails, and answers RCPT as it is told.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// What arrived.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) data: String,
}

pub(crate) struct SmtpServer {
    pub(crate) address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
}

impl SmtpServer {
    pub(crate) async fn start(rcpt_answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, rcpt_answer, sender.clone()));
            }
        });
        Self { address, received }
    }

    /// A server whose greeting has no end: a line of it follows each other.
    pub(crate) async fn drip() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_sender, received) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(5));
                    while stream.write_all(b"220-wait\r\n").await.is_ok() {
                        ticks.tick().await;
                    }
                });
            }
        });
        Self { address, received }
    }

    pub(crate) async fn received(mut self) -> Received {
        self.received.recv().await.unwrap()
    }
}

async fn serve(stream: TcpStream, rcpt_answer: &'static str, sender: mpsc::UnboundedSender<Received>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).split(b'\n');
    let mut mail = Received::default();
    let mut in_data = false;
    writer.write_all(b"220 test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line).into_owned();
        let line = line.strip_suffix('\r').expect("every line ends in CR LF");
        let answer = match line {
            "." if in_data => {
                in_data = false;
                sender.send(std::mem::take(&mut mail)).unwrap();
                "250 taken"
            }
            text if in_data => {
                mail.data.push_str(text.strip_prefix('.').unwrap_or(text));
                mail.data.push_str("\r\n");
                continue;
            }
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            "QUIT" => return,
            "RSET" | "NOOP" => "250 fine",
            hello if hello.starts_with("EHLO") => "250 test",
            command => match (command.strip_prefix("MAIL FROM:"), command.strip_prefix("RCPT TO:")) {
                (Some(from), _) => {
                    mail.from = from.split(' ').next().unwrap_or_default().to_owned();
                    "250 fine"
                }
                (_, Some(to)) => {
                    mail.to.push(to.to_owned());
                    rcpt_answer
                }
                _ => "500 what?",
            },
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}
