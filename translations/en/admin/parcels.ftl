# Parcels
admin-parcels-none = There are no such parcels.
admin-parcel-here = Not sent yet
admin-parcel-open = Not arrived yet
admin-to-pick = To be picked
admin-to-pick-order = { $number }, { $name } ({ $count ->
    [one] one piece
   *[other] { $count } pieces
})
admin-pick-at = Pick at
admin-pick-location = Picked at
admin-begin-picking = Start picking
admin-pick-list = Pick list
admin-pick-all = All pieces
admin-pick-more = This list is full. Pack these parcels first; the next ones follow.
admin-pick-none = Nothing is being picked.
admin-parcel-of = Parcel of { $number }
admin-parcel-next = What comes next
admin-parcel-mail = The customer is mailed when it leaves, is on the van, arrives or cannot be delivered.
admin-parcel-left = Left { $at }
admin-parcel-track = Save tracking only
admin-parcel-follow = Follow the parcel
admin-slip = Packing slip
admin-slip-of = Packing slip of { $number }
admin-parcel-to-picking = Pick again
admin-parcel-to-ready-to-ship = Packed
admin-parcel-to-label-created = Labelled
admin-parcel-to-in-transit = Handed to the carrier
admin-parcel-to-out-for-delivery = On the van
admin-parcel-to-delivered = Delivered
admin-parcel-to-failed = Not delivered
admin-parcel-to-returned = Came back
admin-unpack = Unpack
admin-unpack-title = Unpack the parcel of { $number }?
admin-unpack-what = Its pieces can go into another parcel. The order stays as it is.
