//! Orders: a row for each line, or a JSON line with everything but the timeline.

use database::Ctx;
use kernel::{OrderId, Time};
use orders::{Order, OrderDetails, OrderLine};

use crate::{
    ExportError, Format,
    customers::{ADDRESS, address_cells},
    order_line::write_line,
    sheet::Row,
};

const PAGE: i64 = 500;
const COLUMNS: &[&str] = &[
    "Number",
    "External number",
    "Placed at",
    "Email",
    "Status",
    "Payment status",
    "Fulfilment status",
    "Currency",
    "Items total",
    "Discount",
    "Delivery",
    "Delivery discount",
    "Tax",
    "Total",
    "Paid",
    "Refunded",
    "Coupons",
    "Delivery method",
    "Source",
    "Customer note",
    "Tags",
    "Line",
    "SKU",
    "Product",
    "Variant",
    "Quantity",
    "Unit price",
    "Line discount",
    "Line tax",
    "Line total",
    "Line shipped",
    "Line refunded",
    "Price list",
];

/// How far the file is.
#[derive(Debug)]
pub(crate) struct Orders {
    format: Format,
    begun: bool,
    after: Option<(Time, OrderId)>,
    ended: bool,
}

impl Orders {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            begun: false,
            after: None,
            ended: false,
        }
    }

    /// The next piece of the file.
    pub(crate) async fn next(&mut self, ctx: &mut Ctx) -> Result<Option<Vec<u8>>, ExportError> {
        if self.ended {
            return Ok(None);
        }
        let mut out = Vec::new();
        if !std::mem::replace(&mut self.begun, true) && self.format == Format::Csv {
            let mut row = Row::new(&mut out).texts(COLUMNS.iter().copied());
            for whose in ["Shipping", "Billing"] {
                for column in ADDRESS {
                    row = row.text(&format!("{whose} {column}"));
                }
            }
            row.end();
        }
        let page = orders::list_whole(ctx, self.after, PAGE).await?;
        let Some(last) = page.last() else {
            self.ended = true;
            return Ok(Some(out));
        };
        self.after = Some((last.order.placed_at, last.order.id));
        for whole in &page {
            match self.format {
                Format::Jsonl => write_line(&mut out, whole)?,
                Format::Csv | Format::Shopify | Format::WooCommerce => write_rows(&mut out, whole),
            }
        }
        Ok(Some(out))
    }
}

fn write_rows(out: &mut Vec<u8>, whole: &OrderDetails) {
    for line in &whole.lines {
        let row = order_cells(Row::new(out), whole);
        let row = line_cells(row, &whole.order, line);
        let row = address_cells(row, whole.order.shipping_address.as_ref());
        address_cells(row, whole.order.billing_address.as_ref()).end();
    }
}

/// The order's own cells, the same on each of its rows.
fn order_cells<'a>(row: Row<'a>, whole: &OrderDetails) -> Row<'a> {
    let order = &whole.order;
    row.text(&order.number)
        .text(&order.external_number)
        .time(Some(order.placed_at))
        .text(order.email.as_str())
        .text(order.status.as_str())
        .text(order.payment_status.as_str())
        .text(order.fulfilment_status.as_str())
        .text(order.currency.code())
        .money(Some(order.items_total))
        .money(Some(order.discount_total))
        .money(Some(order.shipping_total))
        .money(Some(order.shipping_discount))
        .money(Some(order.tax_total))
        .money(Some(order.total))
        .money(Some(order.paid_total))
        .money(Some(order.refunded_total))
        .text(&order.coupon_codes.join(", "))
        .text(&order.shipping_name)
        .text(order.source.as_str())
        .text(&order.customer_note)
        .text(&order.tags.join(", "))
}

fn line_cells<'a>(row: Row<'a>, order: &Order, line: &OrderLine) -> Row<'a> {
    let price_list = order.explanation.price_list_of(line.variant_id);
    row.number(Some(i64::from(line.position)))
        .text(line.sku.as_deref().unwrap_or_default())
        .text(&line.title)
        .text(&line.variant_title)
        .number(Some(line.quantity))
        .money(Some(line.unit_price))
        .money(Some(line.discount))
        .money(Some(line.tax))
        .money(Some(line.total))
        .number(Some(line.fulfilled_quantity))
        .number(Some(line.refunded_quantity))
        .text(price_list.map(|used| used.name.as_str()).unwrap_or_default())
}
