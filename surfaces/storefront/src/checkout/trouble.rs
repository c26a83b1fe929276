//! Why a checkout did not go through.

use axum::http::StatusCode;
use cart::CartError;
use checkout::PlaceOrderError;
use web::Problem;

/// Why a checkout did not go through, as its page tells it.
pub(crate) enum Trouble {
    None,
    Fields(kernel::Invalid),
    TotalChanged,
    OutOfStock,
    /// A line cannot be bought as it is; the page tells which and why.
    Blocked,
    CouponUsedUp,
    CustomerMaximum,
    CannotShip,
    Declined(String),
    /// The stock was gone when the payment came: the order is cancelled, and the money comes back by itself.
    Cancelled,
    Elsewhere,
}

impl Trouble {
    pub(super) fn of(error: PlaceOrderError) -> Result<Self, Problem> {
        use kernel::{FieldError, Invalid};
        let field = |name: &str| Self::Fields(Invalid::from(FieldError::required(name)));
        Ok(match error {
            PlaceOrderError::Empty
            | PlaceOrderError::Cart(CartError::Closed | CartError::NotFound | CartError::VersionConflict { .. }) => {
                Self::Elsewhere
            }
            PlaceOrderError::Blocked => Self::Blocked,
            PlaceOrderError::OutOfStock(_) => Self::OutOfStock,
            PlaceOrderError::EmailRequired => field("email"),
            PlaceOrderError::AddressRequired | PlaceOrderError::BillingAddressRequired => {
                field("shipping_address.line1")
            }
            PlaceOrderError::ShippingRequired => field("shipping_option"),
            PlaceOrderError::CannotShip { .. } => Self::CannotShip,
            PlaceOrderError::DeliveryDateGone { .. } => {
                Self::Fields(FieldError::new("delivery_date", "date_gone", "cannot be kept any more").into())
            }
            PlaceOrderError::TotalChanged { .. } => Self::TotalChanged,
            PlaceOrderError::CouponUsedUp => Self::CouponUsedUp,
            PlaceOrderError::CustomerMaximumReached => Self::CustomerMaximum,
            PlaceOrderError::MethodNotFound => Self::Fields(super::form::card_gone().into()),
            PlaceOrderError::MethodExpired => {
                Self::Fields(FieldError::new("method", "card_expired", "can no longer be used").into())
            }
            PlaceOrderError::SignInRequired | PlaceOrderError::SignInToSave => return Err(Problem::unauthorized()),
            PlaceOrderError::Declined { code } => Self::Declined(code),
            PlaceOrderError::Cancelled => Self::Cancelled,
            PlaceOrderError::PaymentRequired => {
                Self::Fields(FieldError::new("method", "payment_required", "is required").into())
            }
            PlaceOrderError::UnknownGateway(_) => {
                Self::Fields(FieldError::new("gateway", "unknown_gateway", "is not offered").into())
            }
            PlaceOrderError::Cart(error) => return Err(crate::cart::problem(error)),
            PlaceOrderError::Orders(error) => return Err(Problem::internal(&error)),
            PlaceOrderError::Settle(error) => return Err(Problem::internal(&error)),
            PlaceOrderError::Internal(error) => return Err(error.into()),
        })
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::None | Self::Elsewhere => StatusCode::OK,
            Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TotalChanged
            | Self::OutOfStock
            | Self::Blocked
            | Self::CouponUsedUp
            | Self::CustomerMaximum
            | Self::CannotShip
            | Self::Cancelled => StatusCode::CONFLICT,
            Self::Declined(_) => StatusCode::PAYMENT_REQUIRED,
        }
    }
}
