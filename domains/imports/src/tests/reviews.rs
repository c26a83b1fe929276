//! Files of reviews: those of review apps, and the store's own.

use reviews::{Review, ReviewState};

use super::records::{counts, import, shop, told};
use crate::Format;

const JUDGE_ME: &str = "title,body,rating,review_date,source,curated,reviewer_name,reviewer_email,product_id,product_handle,reply\n\
    Great,\"Warm, dry\nand light\",5,2024-03-01 10:00:00 UTC,web,ok,Ann,Ann@Example.com,1,boots,Thank you\n\
    Meh,Too small,2,2024-03-02,web,spam,Bob,bob@example.com,1,boots,\n";

#[tokio::test]
async fn reviews_of_an_app_come_by_handle_or_sku_and_a_bad_row_stops_nothing() {
    let db = shop().await;
    let report = import(&db, JUDGE_ME, Format::Reviews, false).await.unwrap();
    assert_eq!((report.counts, report.errors), (counts(2, 0, 0), 0));
    let own = "SKU,Rating,Title,Body,Author,Email,Created at,Verified,State\n\
        B-41,4,,Good,Ann,ann@example.com,2024-01-31,yes,published\n\
        B-42,3,,Fair,Bob,bob@example.com,2024-01-31,no,waiting\n\
        B-43,3,,Fair,Cem,cem@example.com,,,\n\
        B-41,6,,Fair,Cem,cem@example.com,,,\n\
        B-41,3,,Fair,,cem@example.com,,,\n\
        B-41,3,,Fair,Cem,,,,\n\
        ,3,,Fair,Cem,cem@example.com,,,\n\
        B-41,3,,Fair,Cem,cem@example.com,,perhaps,\n\
        B-41,3,,Fair,Cem,cem@example.com,,,new\n\
        B-41,3,,<b>Fair</b> 🦀,Cem,cem@example.com,2999-01-01,,\n";
    let dry = import(&db, own, Format::Reviews, true).await.unwrap();
    assert_eq!(dry.counts, counts(1, 2, 7));
    let report = import(&db, own, Format::Reviews, false).await.unwrap();
    assert_eq!(report.counts, counts(1, 2, 7));
    let expected = [
        "4 handle: there is no product \"B-43\"; the row is left out",
        "5 rating: must be a whole number from 1 to 5; the row is left out",
        "6 author: is required; the row is left out",
        "7 email: the e-mail address is missing; the row is left out",
        "8 handle: neither a handle nor a SKU names the product; the row is left out",
        "9 verified: \"perhaps\" is neither true nor false; the row is left out",
        "10 state: \"new\" is not known; use published, waiting or rejected; the row is left out",
    ];
    assert_eq!(told(&db, &report).await, expected);
    let mut ctx = db.work().read();
    let whole = reviews::list_whole(&mut ctx, None, 9).await.unwrap();
    let shown = |email: &str| -> &Review { whole.iter().find(|review| review.email.as_str() == email).unwrap() };
    let ann = shown("ann@example.com");
    assert_eq!((ann.state, ann.verified, ann.stars), (ReviewState::Published, true, 4));
    assert_eq!(shown("bob@example.com").state, ReviewState::Waiting);
    let cem = shown("cem@example.com");
    assert_eq!(cem.body, "<b>Fair</b> 🦀");
    assert!(cem.created_at <= ctx.now(), "nothing is written tomorrow");
    assert_eq!(reviews::check(&mut ctx).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn json_lines_are_read_as_rows() {
    let db = shop().await;
    let lines = "{\"handle\":\"boots\",\"rating\":5,\"title\":\"A\",\"body\":\"B\",\"author\":\"Ann\",\"email\":\"ann@example.com\",\
        \"created_at\":\"2024-01-31T10:00:00Z\",\"verified\":true,\"state\":\"published\",\"reply\":\"Thanks\",\
        \"photos\":[\"/media/none.jpg\"],\"helpful\":3}\n\n\
        [1]\n\
        {\"handle\":\"boots\",\"rating\":null,\"author\":\"Bob\",\"email\":\"bob@example.com\"}\n";
    let report = import(&db, lines, Format::Reviews, false).await.unwrap();
    assert_eq!((report.counts, report.warnings), (counts(1, 0, 2), 1));
    let expected = [
        "1 photos: pictures that the store does not have are left out",
        "3 -: is not a JSON object; the row is left out",
        "4 rating: is required; the row is left out",
    ];
    assert_eq!(told(&db, &report).await, expected);
    let whole = reviews::list_whole(&mut db.work().read(), None, 9).await.unwrap();
    assert_eq!((whole[0].reply.as_str(), whole[0].verified), ("Thanks", true));
    let cut = import(&db, "{\"handle\":\"boots\",\"rat", Format::Reviews, false).await;
    assert!(cut.unwrap_err().to_string().contains("breaks off"));
    let other = import(&db, "Place,Town\nHill,Anytown\n", Format::Reviews, false).await;
    assert_eq!(
        other.unwrap_err().to_string(),
        "the file does not hold reviews: it has no column Rating and no column Author and no column Email"
    );
}
