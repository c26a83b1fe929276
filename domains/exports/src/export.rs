//! An export: what is wanted, and the file piece by piece.

use database::Work;
use futures_util::{Stream, stream};
use kernel::{FieldError, Forbidden, Permission};

use crate::{
    customers::Customers, orders::Orders, products::Products, redirects::Redirects, reviews::Reviews, stock::Stock,
};

kernel::named! {
    /// What is written.
    Kind {
        /// Products with their variants, pictures and stock.
        Products = "products",
        /// Customers with their addresses.
        Customers = "customers",
        /// Orders with their lines, parcels and refunds.
        Orders = "orders",
        /// What lies at each location.
        Stock = "stock",
        /// Addresses that are gone, and those that stand for them.
        Redirects = "redirects",
        /// What shoppers say of products.
        Reviews = "reviews",
    }

    /// How it is written.
    Format {
        /// One JSON object a line: everything.
        Jsonl = "jsonl",
        /// A table with headings of Souk's own.
        Csv = "csv",
        /// Shopify's product CSV.
        Shopify = "shopify",
        /// WooCommerce's product CSV.
        WooCommerce = "woocommerce",
    }
}

impl Kind {
    /// The formats it can be written in.
    pub fn formats(self) -> &'static [Format] {
        match self {
            Self::Products => &[Format::Jsonl, Format::Shopify, Format::WooCommerce],
            Self::Customers | Self::Orders | Self::Reviews => &[Format::Csv, Format::Jsonl],
            Self::Stock | Self::Redirects => &[Format::Csv],
        }
    }

    /// The format that is taken when none is named.
    pub fn usual_format(self) -> Format {
        match self {
            Self::Products => Format::Jsonl,
            Self::Customers | Self::Orders | Self::Stock | Self::Redirects | Self::Reviews => Format::Csv,
        }
    }

    /// What the actor must be allowed to do.
    pub fn permission(self) -> Permission {
        match self {
            Self::Products | Self::Stock | Self::Redirects => Permission::ReadCatalog,
            Self::Customers | Self::Orders => Permission::ReadOrders,
            Self::Reviews => Permission::ModerateReviews,
        }
    }
}

impl Format {
    /// The ending of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv | Self::Shopify | Self::WooCommerce => "csv",
        }
    }

    /// The kind of file, for a `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/x-ndjson",
            Self::Csv | Self::Shopify | Self::WooCommerce => "text/csv; charset=utf-8",
        }
    }
}

/// The export that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub kind: Kind,
    /// How.
    pub format: Format,
    /// The address of the store, such as `https://shop.example`, that stands before the addresses of its own pictures.
    pub store_url: String,
}

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The actor may not see what is wanted.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The kind is not written in that format.
    #[error(transparent)]
    Format(FieldError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// A file in the making. Each piece is read in a transaction of its own, so that an export of hours holds nothing up; what
/// changes meanwhile is written as it is when its turn comes, and no row is written twice.
#[derive(Debug)]
pub struct Export {
    work: Work,
    pages: Pages,
}

#[derive(Debug)]
enum Pages {
    Products(Products),
    Customers(Customers),
    Orders(Orders),
    Stock(Stock),
    Redirects(Redirects),
    Reviews(Reviews),
}

impl Export {
    /// Checks what is wanted; nothing is read yet.
    pub fn start(work: &Work, wanted: Wanted) -> Result<Self, ExportError> {
        work.scope().actor.require(wanted.kind.permission())?;
        if !wanted.kind.formats().contains(&wanted.format) {
            let known: Vec<&str> = wanted.kind.formats().iter().map(|format| format.as_str()).collect();
            let message = format!("must be {} for {}", known.join(" or "), wanted.kind.as_str());
            return Err(ExportError::Format(FieldError::new(
                "format",
                "unknown_format",
                message,
            )));
        }
        let pages = match wanted.kind {
            Kind::Products => Pages::Products(Products::new(wanted.format, wanted.store_url)),
            Kind::Customers => Pages::Customers(Customers::new(wanted.format)),
            Kind::Orders => Pages::Orders(Orders::new(wanted.format)),
            Kind::Stock => Pages::Stock(Stock::default()),
            Kind::Redirects => Pages::Redirects(Redirects::default()),
            Kind::Reviews => Pages::Reviews(Reviews::new(wanted.format)),
        };
        Ok(Self {
            work: work.clone(),
            pages,
        })
    }

    /// The next piece of the file; `None` at its end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, ExportError> {
        let mut ctx = self.work.read();
        let piece = match &mut self.pages {
            Pages::Products(products) => products.next(&mut ctx).await,
            Pages::Customers(customers) => customers.next(&mut ctx).await,
            Pages::Orders(orders) => orders.next(&mut ctx).await,
            Pages::Stock(stock) => stock.next(&mut ctx).await,
            Pages::Redirects(redirects) => redirects.next(&mut ctx).await,
            Pages::Reviews(reviews) => reviews.next(&mut ctx).await,
        };
        ctx.rollback().await;
        piece
    }

    /// The pieces as a stream, for whoever sends them on.
    pub fn into_pieces(self) -> impl Stream<Item = Result<Vec<u8>, ExportError>> + Send + 'static {
        stream::try_unfold(self, |mut export| async move {
            let piece = export.next().await?;
            Ok(piece.map(|piece| (piece, export)))
        })
    }
}

impl From<catalog::FindError> for ExportError {
    fn from(error: catalog::FindError) -> Self {
        match error {
            catalog::FindError::Forbidden(error) => Self::Forbidden(error),
            catalog::FindError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<::customers::ListError> for ExportError {
    fn from(error: ::customers::ListError) -> Self {
        match error {
            ::customers::ListError::Forbidden(error) => Self::Forbidden(error),
            ::customers::ListError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<::orders::ListError> for ExportError {
    fn from(error: ::orders::ListError) -> Self {
        match error {
            ::orders::ListError::Forbidden(error) => Self::Forbidden(error),
            ::orders::ListError::Invalid(error) => Self::Format(error),
            ::orders::ListError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<::redirects::ListError> for ExportError {
    fn from(error: ::redirects::ListError) -> Self {
        match error {
            ::redirects::ListError::Forbidden(error) => Self::Forbidden(error),
            ::redirects::ListError::Cursor(error) => Self::Format(error),
            ::redirects::ListError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<::reviews::FindError> for ExportError {
    fn from(error: ::reviews::FindError) -> Self {
        match error {
            ::reviews::FindError::Forbidden(error) => Self::Forbidden(error),
            ::reviews::FindError::Internal(error) => Self::Internal(error),
        }
    }
}
