#![doc = include_str!("../README.md")]

mod breakdown;
mod coupon;
mod create_coupon;
mod discounts;
mod erase;
mod facts;
mod owing;
mod quote;
mod reads;
mod redeem;
mod refund_share;
mod release;
mod store;
mod taxation;
mod update_coupon;

pub use breakdown::{
    CouponOutcome, CouponReason, CouponResult, Discount, Lane, Quote, QuoteLine, QuoteShipping, TaxPart,
};
pub use coupon::{Coupon, CouponCode, CouponKind, CouponTerms};
pub use create_coupon::{CreateCoupon, CreateCouponError, create_coupon};
pub use erase::erase_redemptions;
pub use facts::{CouponFacts, LineFacts, QuoteFacts, ShippingFacts};
pub use owing::Owing;
pub use quote::{QuoteError, quote};
pub use reads::{CouponSort, ListCouponsError, check, find_coupon, find_coupon_by_code, list_coupons, load_coupons};
pub use redeem::{Redeem, RedeemError, Uses, redeem, redeem_all};
pub use refund_share::{RefundShare, RefundShareError, SoldLine, refund_share};
pub use release::release;
pub use update_coupon::{UpdateCoupon, UpdateCouponError, update_coupon};
