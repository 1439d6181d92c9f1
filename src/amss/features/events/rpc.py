"""The feed's gRPC service. Its messages carry the API's field names, so no mapping is written by hand."""

from amss_proto.amss.v1.event_service_pb2 import DESCRIPTOR

SERVICE = DESCRIPTOR.services_by_name["EventService"]
