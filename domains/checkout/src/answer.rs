//! Waits for a gateway, but not for ever.

use std::time::Duration;

use payments::{Gateway, GatewayError};

/// How long a gateway may take to answer before its answer counts as unknown.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(20);

/// What a gateway says, if it says so in time.
pub(crate) async fn answer<T>(
    gateway: &dyn Gateway,
    call: &'static str,
    asked: impl Future<Output = Result<T, GatewayError>>,
) -> Result<T, GatewayError> {
    match tokio::time::timeout(GATEWAY_TIMEOUT, payments::traced(gateway.name(), call, asked)).await {
        Ok(answer) => answer,
        Err(_elapsed) => Err(GatewayError::Unknown("no answer in time".to_owned())),
    }
}
