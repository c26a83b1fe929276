paper-motto = All the goods that are fit to sell
home-newest = Fresh off the press
