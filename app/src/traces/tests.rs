//! Traces, as a collector in this process gets them.

use std::sync::Mutex;

use axum::{Router, body::Body, extract::State, routing::post};
use database::{
    jobs::NewJob,
    testing::{HOST, TestDatabase},
    worker,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use prost::Message as _;
use tower::ServiceExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::{config::Config, http, program::Program};

type Received = Arc<Mutex<Vec<Span>>>;

/// A collector, its address, and what it got.
async fn collector() -> (String, Received) {
    let received = Received::default();
    let router = Router::new()
        .route("/v1/traces", post(take))
        .with_state(Arc::clone(&received));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

async fn take(State(received): State<Received>, body: Bytes) {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let resources = request.resource_spans.into_iter();
    let spans = resources
        .flat_map(|resource| resource.scope_spans)
        .flat_map(|scope| scope.spans);
    received.lock().unwrap().extend(spans);
}

fn text_of(span: &Span, key: &str) -> Option<String> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => panic!("{key}: {other:?}"),
    }
}

/// The test's own thread runs the program and makes its spans; another serves the collector.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_visit_is_told_to_the_collector_without_a_word_about_the_visitor() {
    let (db, data) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let config = Config {
        data: data.path().to_owned(),
        trusted_proxies: 1,
        ..Config::default()
    };
    let program = Program::new(&config, db.database(), false).await.unwrap();
    let (address, received) = collector().await;
    let traces = Traces::to(Some(address)).unwrap();
    let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces.layer()));
    let request = Request::get("/products?brand=gwen")
        .header("host", HOST)
        .header("cookie", "souk_cart=tok_secret")
        .header("x-forwarded-for", "10.1.2.3")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .body(Body::empty())
        .unwrap();
    let answer = http::router(&program).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut ctx = db.work().write();
    ctx.enqueue(NewJob::new("send_mail", &serde_json::json!({"message_id": "gwen@example.com"})).unwrap())
        .await
        .unwrap();
    ctx.commit().await.unwrap();
    let registry = program.registry(&config).unwrap();
    worker::drain(db.database(), &registry).await.unwrap();
    payments::traced("sandbox", "authorize", async {}).await;
    drop(guard);
    traces.finish().await;

    let spans = received.lock().unwrap().clone();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    let named = |name: &str| {
        spans
            .iter()
            .find(|span| span.name == name)
            .unwrap_or_else(|| panic!("{name}: {names:?}"))
    };
    let visit = named("GET /products");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&visit.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&visit.parent_span_id), "b7ad6b7169203331");
    let told = format!("00-0af7651916cd43dd8448eb211c80319c-{}-01", hex(&visit.span_id));
    assert_eq!(answer.headers()[ANSWER], told.as_str());
    for (key, value) in [
        ("http.route", "/products"),
        ("http.request.method", "GET"),
        ("http.response.status_code", "200"),
        ("souk.store", db.store().slug.as_str()),
    ] {
        assert_eq!(text_of(visit, key).as_deref(), Some(value), "{key}");
    }
    let below = spans.iter().filter(|span| span.parent_span_id == visit.span_id);
    let statements: Vec<&str> = below.map(|span| span.name.as_str()).collect();
    assert_eq!(text_of(visit, "souk.statements"), Some(statements.len().to_string()));
    assert!(
        statements.iter().any(|name| name.contains("catalog.")),
        "{statements:?}"
    );
    named("sandbox authorize");
    assert_eq!(
        text_of(named("job send_mail"), "souk.store").as_deref(),
        Some(db.store().slug.as_str())
    );
    let everything = format!("{spans:?}");
    for private in ["gwen", "example.com", "secret", "10.1.2.3", "brand"] {
        assert!(!everything.contains(private), "{private} in {everything}");
    }
}
