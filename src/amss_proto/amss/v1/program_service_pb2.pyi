from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GenerateTasksRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GenerateTasksResponse(_message.Message):
    __slots__ = ("generated",)
    GENERATED_FIELD_NUMBER: _ClassVar[int]
    generated: GeneratedTasks
    def __init__(self, generated: _Optional[_Union[GeneratedTasks, _Mapping]] = ...) -> None: ...

class GeneratedTasks(_message.Message):
    __slots__ = ("created", "blocked")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    BLOCKED_FIELD_NUMBER: _ClassVar[int]
    created: int
    blocked: int
    def __init__(self, created: _Optional[int] = ..., blocked: _Optional[int] = ...) -> None: ...
